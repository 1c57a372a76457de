/** Models of locks: mutex, semaphore, lease. */
import type { CellModel, StepModel } from '../model.ts';
import { illegal } from '../model.ts';
import { isCompleted, type Op } from '../operations.ts';
import { unknownOperation } from './unknown.ts';

/** `acquire`, `release`; one holder at a time, whoever it is. */
export function mutex(): CellModel {
  return {
    kind: 'cell',
    name: 'mutex',
    initial: 'free',
    effect(op) {
      if (op.f === 'acquire') return { needs: 'free', sets: 'held' };
      if (op.f === 'release') return { needs: 'held', sets: 'free' };
      return unknownOperation('mutex', op, 'acquire and release');
    },
    explain: (last, before) => tooMany(last, before, 1, () => 1),
  };
}

/**
 * `acquire`, `renew`, `release`, `expire`; the value names the holder, by default the process. Only
 * the holder renews and releases; what expired can be acquired by anyone.
 */
export function lease(): CellModel {
  return {
    kind: 'cell',
    name: 'lease',
    initial: null,
    effect(op) {
      const holder = op.input ?? op.process;
      if (op.f === 'acquire') return { needs: null, sets: holder };
      if (op.f === 'renew') return { needs: holder };
      if (op.f === 'release' || op.f === 'expire') return { needs: holder, sets: null };
      return unknownOperation('lease', op, 'acquire, renew, release and expire');
    },
  };
}

/** `acquire` and `release` of so many permits (1 by default); never more than `permits` are out. */
export function semaphore(permits = 1): StepModel<number> {
  return {
    kind: 'step',
    name: 'semaphore',
    initial: permits,
    step(free, op) {
      const n = amount(op);
      if (op.f === 'acquire') return free >= n ? free - n : illegal;
      if (op.f === 'release') return free + n <= permits ? free + n : illegal;
      return unknownOperation('semaphore', op, 'acquire and release');
    },
    explain: (last, before) => tooMany(last, before, permits, amount),
  };
}

/** More was acquired for sure than released at best and free at first, or more released than acquired. */
function tooMany(
  last: Op,
  before: readonly Op[],
  free: number,
  amountOf: (op: Op) => number,
): string | null {
  const sum = (f: string, isSure: boolean): number =>
    before
      .filter((op) => op.f === f && (!isSure || isCompleted(op)))
      .reduce((n, op) => n + amountOf(op), 0);
  if (last.f === 'acquire') {
    const [taken, back] = [sum('acquire', true), sum('release', false)];
    if (taken <= back + free) return null;
    return `by then ${taken} had been acquired and at most ${back} released, with ${free} free at first`;
  }
  const [back, taken] = [sum('release', true), sum('acquire', false)];
  return back <= taken ? null : `by then ${back} had been released and at most ${taken} acquired`;
}

function amount(op: Op): number {
  return typeof op.input === 'number' ? op.input : 1;
}
