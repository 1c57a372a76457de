/**
 * The session table: which changes were executed, and what was answered (Raft dissertation §6.3).
 *
 * Part of the replicated state: changed only by `apply`, in the order of the log.
 */
import type { NodeId } from '../../harness/core/host.ts';
import { sessionWindow, type StoreAnswer } from './protocol.ts';

interface Session {
  /** Answers of the latest ids; at most `sessionWindow`. */
  readonly answers: Map<number, StoreAnswer>;
  /** Ids up to here have left the window. */
  floor: number;
}

/** `new`: execute it. `forgotten`: it has left the window; executing it might be a repetition. */
type Known = StoreAnswer | 'new' | 'forgotten';

export class Sessions {
  /** Least recently used first. */
  private readonly sessions = new Map<string, Session>();
  private readonly max: number;

  constructor(max: number) {
    this.max = max;
  }

  find(client: NodeId, session: number, id: number): Known {
    const s = this.sessions.get(keyOf(client, session));
    if (s === undefined) return 'new';
    return s.answers.get(id) ?? (id <= s.floor ? 'forgotten' : 'new');
  }

  /** The change was executed now, with this answer. */
  remember(client: NodeId, session: number, id: number, answer: StoreAnswer): void {
    const key = keyOf(client, session);
    const s = this.sessions.get(key) ?? { answers: new Map<number, StoreAnswer>(), floor: 0 };
    this.sessions.delete(key);
    this.sessions.set(key, s);
    s.answers.set(id, answer);
    if (s.answers.size > sessionWindow) {
      const oldest = smallest(s.answers.keys());
      s.answers.delete(oldest);
      s.floor = Math.max(s.floor, oldest);
    }
    if (this.sessions.size > this.max) {
      for (const unused of this.sessions.keys()) {
        this.sessions.delete(unused);
        break;
      }
    }
  }
}

function keyOf(client: NodeId, session: number): string {
  return `${client}.${session}`;
}

function smallest(ids: Iterable<number>): number {
  let least = Infinity;
  for (const id of ids) if (id < least) least = id;
  return least;
}
