/** As much of Redis as redlock needs, and its clients, for stories of that library. */
import Redlock from 'redlock';
import type { Json, LibraryHost, Service } from '../../harness/index.ts';

/** A server that lets locks end by this clock, ms. */
export function lockingServer(nowMs: () => number): Service {
  const redis = new SmallRedis();
  return (request) => redis.answer(request as unknown as Request, nowMs());
}

/** The library as its documentation has it, of servers `server-0` and so on. */
export function redlockOf(host: LibraryHost, servers: number): Redlock {
  const hashes = new Map<string, string>();
  const clients = Array.from({ length: servers }, (_, i) => {
    const run = (hash: string, text: string | null, [key, by, ttlMs = 0]: Json[]) =>
      host.request(`server-${i}`, { hash, text, key: key ?? '', by: by ?? '', ttlMs });
    return {
      evalsha(hash: string, _keys: number, words: Json[]) {
        hashes.set(JSON.stringify(words), hash);
        return run(hash, null, words);
      },
      eval: (text: string, _keys: number, words: Json[]) =>
        run(hashes.get(JSON.stringify(words)) ?? '', text, words),
    };
  });
  const redlock = new Redlock(clients, { retryDelay: 200, retryJitter: 100 });
  // Servers that refuse are told of by this event, and one that nobody hears ends the process.
  redlock.on('error', () => undefined);
  return redlock;
}

/** Its three scripts, told apart by what they call. */
class SmallRedis {
  private readonly held = new Map<string, { readonly by: string; readonly untilMs: number }>();
  private readonly scripts = new Map<string, string>();

  answer({ hash, text, key, by, ttlMs }: Request, nowMs: number): number {
    if (text !== null) this.scripts.set(hash, text);
    const script = this.scripts.get(hash);
    if (script === undefined) throw new Error('NOSCRIPT No matching script.');
    const lock = this.held.get(key);
    const holder = lock !== undefined && lock.untilMs > nowMs ? lock.by : null;
    if (script.includes('"del"')) {
      if (holder !== by) return 0;
      this.held.delete(key);
      return 1;
    }
    const isFree = script.includes('"exists"') ? holder === null : holder === by;
    if (!isFree) return 0;
    this.held.set(key, { by, untilMs: nowMs + ttlMs });
    return 1;
  }
}

interface Request {
  readonly hash: string;
  readonly text: string | null;
  readonly key: string;
  readonly by: string;
  readonly ttlMs: number;
}
