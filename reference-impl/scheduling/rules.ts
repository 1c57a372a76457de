/** What a scheduler decides. */
import type { TxnCompare } from '../store/asked.ts';
import type { SchedulingConfig } from './config.ts';
import type { Machine, PodSpec } from './pod.ts';

export interface SchedulingRules {
  /** Does a machine have room? */
  fits(pod: PodSpec, m: Machine): boolean;
  /** May the pod run there: zone and taints? */
  isAllowed(pod: PodSpec, m: Machine): boolean;
  /** Does nobody there want to be apart from it, nor it from anybody? */
  isApart(pod: PodSpec, m: Machine): boolean;
  /** Under which conditions it is placed on what was read. */
  guards(read: { readonly key: string; readonly version: number }): readonly TxnCompare[];
  triesMax(c: SchedulingConfig): number;
}

export const schedulingRules: SchedulingRules = {
  fits: (pod, m) => m.pods.reduce((sum, p) => sum + p.cpu, pod.cpu) <= m.cpu,
  isAllowed: (pod, m) =>
    (pod.zone === '' || pod.zone === m.zone) && m.taints.every((t) => pod.tolerates.includes(t)),
  // Of two of one app it is enough that one minds.
  isApart: (pod, m) => m.pods.every((p) => p.app !== pod.app || !(p.isApart || pod.isApart)),
  // Whoever placed something there since has seen another machine than we did.
  guards: ({ key, version }) => [{ key, version }],
  triesMax: ({ triesMax }) => triesMax,
};
