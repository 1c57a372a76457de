/** CONSISTENCY: a session never goes back, whichever servers it asks (I6; Terry et al., 1994). */
import { isCompleted, operationsOf } from '../checkers/operations.ts';
import { checkSessions } from '../checkers/sessions/check.ts';
import { type HistoryEvent, isOperation, type OperationEvent } from '../core/history.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';

const id = 'session-guarantees';
const claim =
  'Within one session nothing that was read or written is followed by an older version: monotonic reads, read your writes, writes follow reads, monotonic writes.';
const judged: ReadonlySet<string> = new Set(['read', 'read-stale', 'write', 'cas', 'delete']);

export interface SessionParameters {
  /**
   * `store` where all keys are numbered in one order and every server applies it in that order: what
   * a session sees of one key may then not be older than what it has seen of another.
   */
  readonly scope: 'key' | 'store';
}

/**
 * A session is one process, so a client that got `info` begins another. etcd does not promise it: a
 * serializable read of another member may be older than the last, and carries no revision to wait for.
 */
export function sessionGuarantees(parameters: SessionParameters = { scope: 'store' }): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel:
      'any faults of links and any pauses; crashes of any nodes with honest fsync; clients that keep their memory',
    judge: (history) => judge(history.events, parameters),
    monitor: () => new SessionWatch(parameters),
  };
}

function judge(events: readonly HistoryEvent[], { scope }: SessionParameters): Verdict {
  const ops = operationsOf(events, (f) => judged.has(f));
  const result = checkSessions(ops, { scope });
  switch (result.kind) {
    case 'holds': {
      const basis = `${result.operations} operations in ${result.sessions} sessions`;
      return { kind: 'holds', invariant: id, basis };
    }
    case 'unknown':
      return { kind: 'unknown', invariant: id, reason: result.reason };
    case 'violated': {
      const { ops: core, sentences } = result.fault;
      const atUs = Math.max(...core.filter(isCompleted).map((op) => op.retUs));
      const explanation = { atUs, sentences, ops: core.map((op) => op.id) };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
}

interface Session {
  readonly events: OperationEvent[];
  /** By key: the newest version that was seen. */
  readonly newest: Map<string, number>;
}

/**
 * Watches versions of each key in each session. Steps back between keys, and those by which a key is
 * gone, take the whole history to tell and are left to the judge.
 */
class SessionWatch implements Monitor {
  private readonly p: SessionParameters;
  private readonly sessions = new Map<number, Session>();

  constructor(p: SessionParameters) {
    this.p = p;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!isOperation(e) || !judged.has(e.f)) return null;
    const session: Session = this.sessions.get(e.process) ?? { events: [], newest: new Map() };
    this.sessions.set(e.process, session);
    session.events.push(e);
    // Version 0 is that of a key that is not there.
    if (e.type !== 'ok' || e.version === undefined || e.version === 0) return null;
    const newest = session.newest.get(e.key) ?? 0;
    session.newest.set(e.key, Math.max(newest, e.version));
    if (e.version >= newest) return null;
    const verdict = judge(session.events, this.p);
    return verdict.kind === 'violated' ? verdict.explanation : null;
  }
}
