/**
 * Time, timers, chance and `fetch` of the language, as the library under test sees them: those of the
 * simulated client on whose behalf the code runs. All other code of this process keeps the real ones.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
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
  const now = performance.now.bind(performance);
  Object.assign(globalThis, {
    Date: virtualDate(Date),
    ...virtualTimers(),
    fetch: virtualFetch(globalThis.fetch),
  });
  Math.random = () => current.getStore()?.random() ?? random();
  performance.now = () => current.getStore()?.now() ?? now();
  return () => {
    Object.assign(globalThis, real);
    Math.random = random;
    performance.now = now;
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
