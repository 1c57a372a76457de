/** SAFETY: two clients never hold one lock at the same time (I6, L4; Gray & Cheriton, 1989). */
import { checkExclusion } from '../checkers/locks/exclusion.ts';
import { operationsOf } from '../checkers/operations.ts';
import { type HistoryEvent, isOperation, type OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
import { driftPpm } from './timeline.ts';

const id = 'mutual-exclusion';
const claim =
  'No two clients hold one lock at a time: from the return of acquire to the call of release, and no longer than the TTL counted from the call of acquire.';

export interface MutualExclusionParameters {
  /** How far apart two readings of one moment may be, µs: 0 where one clock stamps all. */
  readonly skewUs: number;
}

export function mutualExclusion(parameters: MutualExclusionParameters = { skewUs: 0 }): Invariant {
  return {
    id,
    area: 'SAFETY',
    claim,
    faultModel:
      'any faults of links and any pauses; clocks that drift by what the plan says; crashes of any nodes with honest fsync; holders that count their own TTL from the call on',
    judge: (history, program) => judge(history.events, program, parameters),
    monitor: (program) => new HolderWatch(program, parameters),
  };
}

function judge(
  events: readonly HistoryEvent[],
  program: Program,
  { skewUs }: MutualExclusionParameters,
): Verdict {
  // A release that failed was called all the same: its process has stopped to rely on the lock.
  const told = events.filter((e) => !(e.type === 'fail' && e.f === 'release'));
  const ops = operationsOf(told, (f) => f === 'acquire' || f === 'release');
  const result = checkExclusion(ops, { driftPpm: driftPpm(program), skewUs });
  switch (result.kind) {
    case 'holds':
      return { kind: 'holds', invariant: id, basis: `${result.checked} grants` };
    case 'unknown':
      return { kind: 'unknown', invariant: id, reason: result.reason };
    case 'violated': {
      const { ops: both, sentences } = result.fault;
      const atUs = Math.max(...both.map((op) => op.retUs));
      const explanation = { atUs, sentences, ops: both.map((op) => op.id) };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
}

/** Full checks that one run's suspicions may cost. */
const suspicionsMax = 50;

interface Lock {
  readonly events: OperationEvent[];
  /** Whose acquire returned last, and until when it may hold as its lease says. */
  holder: number | null;
  untilUs: number;
}

/**
 * Suspects a grant while another holder's lease has not ended and no release was called since. That
 * costs constant work; the checker then looks at all that happened to this lock.
 */
class HolderWatch implements Monitor {
  private readonly program: Program;
  private readonly p: MutualExclusionParameters;
  private readonly locks = new Map<string, Lock>();
  /** By open acquire: the end of its lease. */
  private readonly leaseEndsUs = new Map<number, number>();
  private suspicions = 0;

  constructor(program: Program, p: MutualExclusionParameters) {
    this.program = program;
    this.p = p;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!isOperation(e) || (e.f !== 'acquire' && e.f !== 'release')) return null;
    const lock: Lock = this.locks.get(e.key) ?? { events: [], holder: null, untilUs: 0 };
    this.locks.set(e.key, lock);
    lock.events.push(e);
    if (e.type === 'invoke') {
      if (e.f === 'acquire') this.leaseEndsUs.set(e.op, e.timeUs + ttlIn(e.value));
      return null;
    }
    const untilUs = this.leaseEndsUs.get(e.op) ?? 0;
    this.leaseEndsUs.delete(e.op);
    if (e.type !== 'ok') return null;
    if (e.f === 'release') {
      lock.holder = null;
      return null;
    }
    const isSuspect = lock.holder !== null && lock.holder !== e.process && e.timeUs < lock.untilUs;
    lock.holder = e.process;
    lock.untilUs = untilUs;
    return isSuspect ? this.confirm(lock) : null;
  }

  private confirm({ events }: Lock): Explanation | null {
    if (this.suspicions >= suspicionsMax) return null;
    this.suspicions += 1;
    const verdict = judge(events, this.program, this.p);
    return verdict.kind === 'violated' ? verdict.explanation : null;
  }
}

function ttlIn(value: Json): number {
  const { ttlUs } = (value ?? {}) as { readonly ttlUs?: Json };
  return typeof ttlUs === 'number' ? ttlUs : Infinity;
}
