/** RESILIENCE: a lock is not lost with its holder, the mirror of mutual exclusion (L2; Gray & Cheriton, 1989). */
import { formatDuration } from '../core/duration.ts';
import { type History, isOperation } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
import { type Disturbance, disturbances } from './disturbances.ts';
import { driftFactor, stalledUs } from './timeline.ts';

const id = 'lock-freed';

/** How soon after the end of a lease its lock is free. */
const usualExpiryUs = 2_000_000;

export interface LockFreedBounds {
  /** From the end of a lease to the moment from which nobody is refused, µs; 2 s by default. */
  readonly expiryUs: number;
}

/** Of operations `acquire`, whose refusal is `held` (see `lockOperations`), `release` and `renew-lock`. */
export function lockFreed({ expiryUs }: LockFreedBounds = { expiryUs: usualExpiryUs }): Invariant {
  const claim = `Nobody is refused a lock whose last holder's lease ended more than ${expiryUs / 1_000_000} s ago.`;
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel:
      'any faults of links and any pauses, and one lease after each; clocks that drift by what the plan says',
    judge: (history, program) => judge(history, program, { expiryUs, claim }),
  };
}

/** An attempt, from its call on. */
interface Attempt {
  readonly op: number;
  readonly process: number;
  readonly callUs: number;
  readonly ttlUs: number;
  /** When it was answered, or given up; Infinity: neither. */
  retUs: number;
  end: 'granted' | 'refused' | 'failed' | 'unknown';
}

function judge(
  history: History,
  program: Program,
  { expiryUs, claim }: LockFreedBounds & { readonly claim: string },
): Verdict {
  const attempts = attemptsOf(history);
  const all = [...attempts.values()].flat();
  const answered = all.filter((a) => a.end === 'granted' || a.end === 'refused');
  const slow = { factor: driftFactor(program), lateUs: expiryUs + stalledUs(history) };
  const troubles = disturbances(history, program, answered);
  let checked = 0;
  for (const [lock, own] of attempts) {
    for (const refused of own) {
      if (refused.end !== 'refused') continue;
      checked += 1;
      const last = lastHolder(refused, own, troubles, slow);
      if (last === undefined) continue;
      const explanation = explain(lock, refused, last);
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (checked === 0) return { kind: 'unknown', invariant: id, reason: 'nobody was refused a lock' };
  return { kind: 'holds', invariant: id, basis: `${checked} refusals` };
}

interface Slowness {
  readonly factor: number;
  readonly lateUs: number;
}

/** Undefined: somebody may have held it. Null: nobody ever did. Else who held it last, too long ago. */
function lastHolder(
  refused: Attempt,
  own: readonly Attempt[],
  troubles: readonly Disturbance[],
  { factor, lateUs }: Slowness,
): Attempt | null | undefined {
  const holders = own.filter(
    (a) =>
      a !== refused && a.callUs < refused.retUs && (a.end === 'granted' || a.end === 'unknown'),
  );
  const longestUs = Math.max(0, ...holders.map((a) => a.ttlUs)) * factor + lateUs;
  const isCalm = troubles.every(
    (t) => t.fromUs > refused.retUs || t.toUs + longestUs < refused.callUs,
  );
  if (!isCalm) return undefined;
  if (holders.some((a) => a.retUs + a.ttlUs * factor + lateUs >= refused.callUs)) return undefined;
  return holders.toSorted((a, b) => b.retUs - a.retUs)[0] ?? null;
}

function attemptsOf(history: History): ReadonlyMap<string, readonly Attempt[]> {
  const byLock = new Map<string, Attempt[]>();
  const byOp = new Map<number, Attempt>();
  for (const e of history.events) {
    if (!isOperation(e) || (e.f !== 'acquire' && e.f !== 'renew-lock')) continue;
    if (e.type === 'invoke') {
      const { op, process, timeUs: callUs } = e;
      const attempt: Attempt = {
        op,
        process,
        callUs,
        ttlUs: ttlIn(e.value),
        retUs: Infinity,
        end: 'unknown',
      };
      byOp.set(op, attempt);
      byLock.set(e.key, [...(byLock.get(e.key) ?? []), attempt]);
      continue;
    }
    const attempt = byOp.get(e.op);
    if (attempt === undefined) continue;
    attempt.retUs = e.timeUs;
    if (e.type === 'ok') attempt.end = 'granted';
    else if (e.type === 'fail') attempt.end = e.error === 'held' ? 'refused' : 'failed';
  }
  return byLock;
}

/** Of a lease whose length is not told nobody can say when it ends. */
function ttlIn(value: Json): number {
  const { ttlUs } = (value ?? {}) as { readonly ttlUs?: Json };
  return typeof ttlUs === 'number' ? ttlUs : Infinity;
}

function explain(lock: string, refused: Attempt, last: Attempt | null): Explanation {
  const seen = `Process ${refused.process} asked for ${lock} at ${formatDuration(refused.callUs)} and was told at ${formatDuration(refused.retUs)} that it is held.`;
  const why =
    last === null
      ? 'Nobody had ever got it.'
      : `It was granted last at ${formatDuration(last.retUs)}, to process ${last.process}, for ${formatDuration(last.ttlUs)}.`;
  return {
    atUs: refused.retUs,
    sentences: [seen, why],
    ops: [...(last === null ? [] : [last.op]), refused.op],
  };
}
