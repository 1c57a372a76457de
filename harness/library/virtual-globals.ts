/**
 * Time, timers, chance, random bytes, sockets, `fetch` and environment variables, as the library under test sees
 * them: those of the simulated node or client on whose behalf the code runs. All other code of this process keeps the real ones.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { ResidentHost } from './definition.ts';
import type { Sockets } from './net/sockets.ts';
import { installNet } from './net/virtual-net.ts';
import { installEnv } from './virtual-env.ts';
import type { Variables } from './virtual-env.ts';
import { installTimers } from './virtual-timers.ts';

interface Here {
  readonly host: ResidentHost;
  readonly sockets: Sockets;
  /** Absent: the process's own. */
  readonly env: Variables | undefined;
}

const here = new AsyncLocalStorage<Here>();
const current = { getStore: (): ResidentHost | undefined => here.getStore()?.host };

/** Runs `f`, and all that follows from it asynchronously, on behalf of a node or a client. */
export function onBehalfOf<T>(whom: Here, f: () => T): T {
  return here.run(whom, f);
}

/**
 * Loads a library that keeps what it takes out of Node's modules while it is loaded, such as `setTimeout` of
 * `node:timers/promises`: it gets those of the run. Any other may be imported as usual.
 *
 * @example
 * ```ts
 * const { Elector } = await loadForRuns(() => import('some-elector'));
 * ```
 */
export async function loadForRuns<T>(load: () => Promise<T>): Promise<T> {
  const uninstall = installGlobals();
  try {
    return await load();
  } finally {
    uninstall();
  }
}

let users = 0;
let restore: () => void = () => undefined;

/** Puts them in place until the function returned is called; several runs at once share them. */
export function installGlobals(): () => void {
  users += 1;
  if (users === 1) restore = install();
  return () => {
    users -= 1;
    if (users === 0) restore();
  };
}

function install(): () => void {
  const real = { Date: globalThis.Date, fetch: globalThis.fetch };
  const { random } = Math;
  const { randomBytes, randomUUID } = crypto;
  const now = performance.now.bind(performance);
  const { hrtime } = process;
  Object.assign(globalThis, { Date: virtualDate(Date), fetch: virtualFetch(globalThis.fetch) });
  Math.random = () => current.getStore()?.random() ?? random();
  performance.now = () => current.getStore()?.now() ?? now();
  process.hrtime = virtualHrtime(hrtime);
  crypto.randomBytes = virtualBytes(randomBytes);
  crypto.randomUUID = virtualUuid(randomUUID);
  syncBuiltinESMExports();
  const uninstallers = [
    installTimers(current.getStore),
    installNet(() => here.getStore()?.sockets),
    installEnv(() => here.getStore()?.env),
  ];
  return () => {
    for (const uninstall of uninstallers) uninstall();
    Object.assign(globalThis, real);
    Math.random = random;
    performance.now = now;
    process.hrtime = hrtime;
    Object.assign(crypto, { randomBytes, randomUUID });
    syncBuiltinESMExports();
  };
}

function virtualHrtime(real: NodeJS.HRTime): NodeJS.HRTime {
  const nanoseconds = (): bigint | null => {
    const host = current.getStore();
    return host === undefined ? null : BigInt(Math.round(host.now() * 1_000)) * 1_000n;
  };
  const hrtime = (before?: [number, number]): [number, number] => {
    const at = nanoseconds();
    if (at === null) return real(before);
    const since = at - BigInt(before?.[0] ?? 0) * 1_000_000_000n - BigInt(before?.[1] ?? 0);
    return [Number(since / 1_000_000_000n), Number(since % 1_000_000_000n)];
  };
  return Object.assign(hrtime, { bigint: () => nanoseconds() ?? real.bigint() });
}

function virtualBytes(real: typeof crypto.randomBytes): typeof crypto.randomBytes {
  const drawn = (
    size: number,
    done?: (error: Error | null, bytes: Buffer) => void,
  ): Buffer | void => {
    const host = current.getStore();
    if (host === undefined) return done === undefined ? real(size) : real(size, done);
    const bytes = Buffer.from(Array.from({ length: size }, () => Math.floor(host.random() * 256)));
    if (done === undefined) return bytes;
    queueMicrotask(() => done(null, bytes));
  };
  return drawn as typeof crypto.randomBytes;
}

/** Of version 4, as the real one (RFC 9562, section 5.4). */
function virtualUuid(real: typeof crypto.randomUUID): typeof crypto.randomUUID {
  return (options) => {
    if (current.getStore() === undefined) return real(options);
    const bytes = crypto.randomBytes(16);
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    const cuts = [0, 8, 12, 16, 20, 32] as const;
    return cuts
      .slice(1)
      .map((end, i) => hex.slice(cuts[i], end))
      .join('-') as ReturnType<typeof crypto.randomUUID>;
  };
}

function virtualDate(Real: DateConstructor): DateConstructor {
  return new Proxy(Real, {
    construct(target, args: unknown[], newTarget) {
      const host = current.getStore();
      const given = args.length === 0 && host !== undefined ? [host.wall()] : args;
      return Reflect.construct(target, given, newTarget) as object;
    },
    get(target, name) {
      const host = current.getStore();
      if (name === 'now' && host !== undefined) return () => host.wall();
      return Reflect.get(target, name) as unknown;
    },
  });
}

/** `http://server-0/path` asks node `server-0`; its service gets method, path and body. */
function virtualFetch(real: typeof fetch): typeof fetch {
  return async (input, init) => {
    const host = current.getStore();
    if (host === undefined) return real(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === 'string' ? init.body : '';
    const path = `${url.pathname}${url.search}`;
    const answer = await host.request(url.hostname, { method: init?.method ?? 'GET', path, body });
    return new Response(JSON.stringify(answer));
  };
}
