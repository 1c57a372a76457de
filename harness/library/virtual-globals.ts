/**
 * Time, timers, chance, random bytes and `fetch`, as the library under test sees them: those of the
 * simulated client on whose behalf the code runs. All other code of this process keeps the real ones.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { LibraryHost } from './definition.ts';

const current = new AsyncLocalStorage<LibraryHost>();

/** Runs `f`, and all that follows from it asynchronously, on behalf of a client. */
export function onBehalfOf<T>(host: LibraryHost, f: () => T): T {
  return current.run(host, f);
}

const names = [
  'Date',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'fetch',
] as const;

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
  const real = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
  const { random } = Math;
  const { randomBytes, randomUUID } = crypto;
  const now = performance.now.bind(performance);
  Object.assign(globalThis, {
    Date: virtualDate(Date),
    ...virtualTimers(),
    fetch: virtualFetch(globalThis.fetch),
  });
  Math.random = () => current.getStore()?.random() ?? random();
  performance.now = () => current.getStore()?.now() ?? now();
  crypto.randomBytes = virtualBytes(randomBytes);
  crypto.randomUUID = virtualUuid(randomUUID);
  syncBuiltinESMExports();
  return () => {
    Object.assign(globalThis, real);
    Math.random = random;
    performance.now = now;
    Object.assign(crypto, { randomBytes, randomUUID });
    syncBuiltinESMExports();
  };
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

function virtualTimers(): Pick<
  typeof globalThis,
  'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'
> {
  const real = { setTimeout, clearTimeout, setInterval, clearInterval };
  const stop =
    (forReal: (id: never) => void) =>
    (timer: unknown): void => {
      if (timer instanceof VirtualTimer) timer.cancel();
      else forReal(timer as never);
    };
  return {
    setTimeout: Object.assign((f: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const host = current.getStore();
      if (host === undefined) return real.setTimeout(f, ms, ...args);
      return new VirtualTimer(host, () => f(...args), ms, false);
    }, real.setTimeout) as unknown as typeof setTimeout,
    setInterval: ((f: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const host = current.getStore();
      if (host === undefined) return real.setInterval(f, ms, ...args);
      return new VirtualTimer(host, () => f(...args), Math.max(1, ms), true);
    }) as unknown as typeof setInterval,
    clearTimeout: stop(real.clearTimeout) as typeof clearTimeout,
    clearInterval: stop(real.clearInterval) as typeof clearInterval,
  };
}

/** What Node's timers can do, of virtual time. */
class VirtualTimer {
  private cancelIt: () => void = () => undefined;
  private readonly host: LibraryHost;
  private readonly f: () => void;
  private readonly ms: number;
  private readonly isRepeated: boolean;

  constructor(host: LibraryHost, f: () => void, ms: number, isRepeated: boolean) {
    this.host = host;
    this.f = f;
    this.ms = ms;
    this.isRepeated = isRepeated;
    this.arm();
  }

  cancel(): void {
    this.cancelIt();
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.cancelIt();
    this.arm();
    return this;
  }

  private arm(): void {
    this.cancelIt = this.host.setTimer(() => {
      if (this.isRepeated) this.arm();
      this.f();
    }, this.ms);
  }
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
