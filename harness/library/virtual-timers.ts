/** Timers of virtual time, for code that runs on behalf of a simulated node or client. */
import { syncBuiltinESMExports } from 'node:module';
import realTimers from 'node:timers';
import realPromises from 'node:timers/promises';
import type { ResidentHost } from './definition.ts';

type Current = () => ResidentHost | undefined;

const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;
type Timers = Pick<typeof globalThis, (typeof names)[number]>;

/** Puts them in place, in the globals and in `node:timers`, until the function returned is called. */
export function installTimers(current: Current): () => void {
  const real = Object.fromEntries(names.map((name) => [name, globalThis[name]])) as Timers;
  const { setTimeout: later } = realPromises;
  const { timeout } = AbortSignal;
  const virtual = virtualTimers(current, real);
  Object.assign(globalThis, virtual);
  Object.assign(realTimers, virtual);
  realPromises.setTimeout = virtualLater(current, later);
  AbortSignal.timeout = virtualTimeout(current, timeout);
  syncBuiltinESMExports();
  return () => {
    Object.assign(globalThis, real);
    Object.assign(realTimers, real);
    realPromises.setTimeout = later;
    AbortSignal.timeout = timeout;
    syncBuiltinESMExports();
  };
}

function virtualTimers(current: Current, real: Timers): Timers {
  const stop =
    (forReal: (id: never) => void) =>
    (timer: unknown): void => {
      if (timer instanceof VirtualTimer) timer.cancel();
      else forReal(timer as never);
    };
  return {
    setTimeout: Object.assign((f: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const host = current();
      if (host === undefined) return real.setTimeout(f, ms, ...args);
      return new VirtualTimer(host, () => f(...args), ms, false);
    }, real.setTimeout) as unknown as typeof setTimeout,
    setInterval: ((f: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const host = current();
      if (host === undefined) return real.setInterval(f, ms, ...args);
      return new VirtualTimer(host, () => f(...args), Math.max(1, ms), true);
    }) as unknown as typeof setInterval,
    clearTimeout: stop(real.clearTimeout) as typeof clearTimeout,
    clearInterval: stop(real.clearInterval) as typeof clearInterval,
  };
}

function virtualLater(
  current: Current,
  real: typeof realPromises.setTimeout,
): typeof realPromises.setTimeout {
  return (ms, value, options) => {
    const host = current();
    if (host === undefined) return real(ms, value, options);
    return new Promise((resolve, reject) => {
      const cancel = host.setTimer(() => resolve(value as never), ms ?? 1);
      options?.signal?.addEventListener('abort', () => {
        cancel();
        reject(options.signal?.reason as Error);
      });
    });
  };
}

function virtualTimeout(
  current: Current,
  real: typeof AbortSignal.timeout,
): typeof AbortSignal.timeout {
  return (ms) => {
    const host = current();
    if (host === undefined) return real(ms);
    const abort = new AbortController();
    const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    host.setTimer(() => abort.abort(reason), ms);
    return abort.signal;
  };
}

/** What Node's timers can do, of virtual time. */
class VirtualTimer {
  private cancelIt: () => void = () => undefined;
  private readonly host: ResidentHost;
  private readonly f: () => void;
  private readonly ms: number;
  private readonly isRepeated: boolean;

  constructor(host: ResidentHost, f: () => void, ms: number, isRepeated: boolean) {
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
