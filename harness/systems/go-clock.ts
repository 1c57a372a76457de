import type { ClockPlan } from '../core/launch-plan.ts';

/** Of programs in Go. */
export const goClock: ClockPlan = {
  not: 'a program in Go asks the kernel for the time, not the C library that libfaketime answers for',
};
