/**
 * What watchers are told, worked out once for all who want the same and have come as far: a thousand
 * copies of the catalog are told of one change by one look at the log, and by one message.
 */
import type { StoreConfig } from './config.ts';
import type { WatchEvent } from './answered.ts';
import type { WatchScope } from './asked.ts';
import type { StoreEvents } from './protocol.ts';
import type { StoreRules } from './rules.ts';
import type { StoreState } from './state.ts';
import { isWanted } from './tables/changes.ts';

/** The changes of one `events` message, complete up to `revision`. */
export interface Push {
  readonly events: readonly WatchEvent[];
  readonly revision: number;
}

/** One piece of the log of changes, as a watcher sees it. */
export interface Wanted {
  readonly scope: WatchScope;
  readonly prefix: string;
  /** Everything after this revision. */
  readonly after: number;
}

type PushConfig = Pick<StoreConfig, 'eventsPerPushMax' | 'pushBytesMax'>;

export class Pushes {
  private readonly config: PushConfig;
  private readonly isTold: StoreRules['isTold'];
  /** The present that `known` is of. */
  private state: StoreState | null = null;
  private revision = -1;
  private readonly known = new Map<string, readonly Push[]>();
  /** The last message for each push: who is told the same gets the same. */
  private readonly said = new WeakMap<Push, StoreEvents>();

  constructor(config: PushConfig, { isTold }: Pick<StoreRules, 'isTold'>) {
    this.config = config;
    this.isTold = isTold;
  }

  /** What is to be told from `wanted.after` to the present, in as many messages as it takes. */
  since(wanted: Wanted, state: StoreState): readonly Push[] {
    if (this.state !== state || this.revision !== state.revision) {
      this.known.clear();
      this.state = state;
      this.revision = state.revision;
    }
    const key = `${wanted.scope} ${wanted.after} ${wanted.prefix}`;
    const known = this.known.get(key) ?? this.collect(wanted, state);
    this.known.set(key, known);
    return known;
  }

  message(push: Push, watch: number, after: number, ageUs: number): StoreEvents {
    const last = this.said.get(push);
    if (last?.watch === watch && last.after === after && last.ageUs === ageUs) return last;
    const { events, revision } = push;
    const m: StoreEvents = { kind: 'events', watch, after, revision, events, ageUs };
    this.said.set(push, m);
    return m;
  }

  /** What one revision changed stays together. */
  private collect({ scope, prefix, after }: Wanted, state: StoreState): readonly Push[] {
    const { eventsPerPushMax, pushBytesMax } = this.config;
    const pushes: Push[] = [];
    let events: WatchEvent[] = [];
    let bytes = 0;
    const end = (revision: number): void => {
      if (events.length > 0) pushes.push({ events, revision });
      [events, bytes] = [[], 0];
    };
    for (let r = after + 1; r <= state.revision; r++) {
      const next = state.changes
        .at(r)
        .filter((e): e is WatchEvent => isWanted(e, scope, prefix) && this.isTold(e));
      if (next.length === 0) continue;
      const nextBytes = Buffer.byteLength(JSON.stringify(next));
      if (bytes + nextBytes > pushBytesMax) end(r - 1);
      events.push(...(nextBytes > pushBytesMax ? next.map(withoutPrevious) : next));
      bytes += nextBytes;
      if (events.length >= eventsPerPushMax) end(r);
    }
    end(state.revision);
    return pushes;
  }
}

/** Several long values that one revision replaced are longer than a frame; what they became is not. */
function withoutPrevious(e: WatchEvent): WatchEvent {
  if (e.scope !== 'kv') return e;
  const { previous: _tooLong, ...rest } = e;
  return rest;
}
