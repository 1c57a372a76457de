/**
 * The session table: which changes were executed, and what was answered (Raft dissertation §6.3).
 *
 * A session's answers are kept from its oldest open request on, which each request names; so one that
 * is overtaken by any number of others is still executed, once. When there are too many sessions the
 * one unused for longest is forgotten. A late copy of a request of it must not be executed again, but
 * a new session must: whoever is unknown has to have learned the position of the log after all that
 * was forgotten, before it sent its request for the first time.
 *
 * Part of the replicated state: changed only by `apply`, in the order of the log.
 */
import type { Json, NodeId } from '../../../harness/core/host.ts';
import type { StoreAnswer } from '../answered.ts';
import { storeRules, type StoreRules } from '../rules.ts';
import { RowsDigest } from './rows-digest.ts';
import type { Kept } from './table.ts';

/** Names one change: (client, session, id); the rest is told with it. */
export interface Requested {
  readonly client: NodeId;
  readonly session: number;
  readonly id: number;
  readonly oldest: number;
  readonly base: number;
}

interface Session {
  /** Answers of the ids above `floor`. */
  readonly answers: Map<number, StoreAnswer>;
  /** Up to here the client has all answers. */
  floor: number;
  /** Position in the log of its last change. */
  usedAt: number;
}

/**
 * `new`: execute it. `forgotten`: its client has the answer already, this is a late copy. `lost`: the
 * session may have been forgotten, and this may be a copy of what it did.
 */
type Known = StoreAnswer | 'new' | 'forgotten' | 'lost';

type Row = readonly [
  key: string,
  floor: number,
  usedAt: number,
  answers: readonly (readonly [number, StoreAnswer])[],
];

export class Sessions implements Kept {
  readonly name = 'sessions';
  /** Least recently used first. */
  private readonly sessions = new Map<string, Session>();
  private readonly max: number;
  private readonly rules: Pick<StoreRules, 'mayBeCopy'>;
  /** The last position at which a session that is forgotten was used. */
  private forgottenAt = 0;
  /** By name; the empty one is no session. */
  private readonly hashes = new RowsDigest<string>(this.name, (key) => {
    if (key === '') return this.forgottenAt;
    const s = this.sessions.get(key);
    return s === undefined ? undefined : rowOf(key, s);
  });

  constructor(max: number, rules: Pick<StoreRules, 'mayBeCopy'> = storeRules) {
    this.max = max;
    this.rules = rules;
    this.hashes.touch('');
  }

  get size(): number {
    return this.sessions.size;
  }

  find({ client, session, id, base }: Requested): Known {
    const s = this.sessions.get(keyOf(client, session));
    if (s === undefined) return this.rules.mayBeCopy(base, this.forgottenAt) ? 'lost' : 'new';
    return s.answers.get(id) ?? (id <= s.floor ? 'forgotten' : 'new');
  }

  /** The change was executed now, at position `index` of the log, with this answer. */
  remember({ client, session, id, oldest }: Requested, answer: StoreAnswer, index: number): void {
    const key = keyOf(client, session);
    const known = this.sessions.get(key);
    const s = known ?? { answers: new Map<number, StoreAnswer>(), floor: 0, usedAt: 0 };
    if (known !== undefined) this.sessions.delete(key);
    this.sessions.set(key, s);
    s.usedAt = index;
    s.answers.set(id, answer);
    this.hashes.touch(key);
    if (oldest - 1 > s.floor) {
      s.floor = oldest - 1;
      for (const known of s.answers.keys()) if (known <= s.floor) s.answers.delete(known);
    }
    if (this.sessions.size > this.max) this.forgetOne();
  }

  digest(): number {
    return this.hashes.value;
  }

  rows(): Iterator<Json> {
    const rows = [...this.sessions].map(([key, s]) => rowOf(key, s));
    return [this.forgottenAt, ...rows].values();
  }

  restore(row: Json): void {
    if (typeof row === 'number') {
      this.forgottenAt = row;
      this.hashes.touch('');
      return;
    }
    const [key, floor, usedAt, answers] = row as unknown as Row;
    this.sessions.set(key, { floor, usedAt, answers: new Map(answers) });
    this.hashes.touch(key);
  }

  private forgetOne(): void {
    for (const [key, s] of this.sessions) {
      this.sessions.delete(key);
      this.forgottenAt = Math.max(this.forgottenAt, s.usedAt);
      this.hashes.touch(key);
      this.hashes.touch('');
      return;
    }
  }
}

function rowOf(key: string, { floor, usedAt, answers }: Session): Json {
  return [key, floor, usedAt, [...answers]] satisfies Row as unknown as Json;
}

function keyOf(client: NodeId, session: number): string {
  return `${client}.${session}`;
}
