/** `net`, `dns` and the agents of `http`, for code that runs on behalf of a simulated node or client. */
import dns from 'node:dns';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import type { VirtualSocket } from './virtual-socket.ts';

export interface VirtualNet {
  /** No other node or client has it, nor one of another run. */
  readonly owner: string;
  socket(options?: { readonly allowHalfOpen?: boolean | undefined }): VirtualSocket;
  /** Null: no node is called so. */
  resolve(host: string): string | null;
}

type Current = () => VirtualNet | undefined;
type LookedUp = (error: Error | null, address?: unknown, family?: number) => void;

/** Puts them in place until the function returned is called. */
export function installNet(current: Current): () => void {
  const real = {
    connect: net.connect,
    Socket: net.Socket,
    agent: Reflect.get(http.Agent.prototype, 'createConnection') as unknown,
    getName: Reflect.get(http.Agent.prototype, 'getName') as (o?: object) => string,
    lookup: dns.lookup,
    lookupLater: dns.promises.lookup,
    resolveTxt: dns.promises.resolveTxt,
  };
  const connect = ((...args: unknown[]) => {
    const here = current();
    if (here === undefined) return (real.connect as (...a: unknown[]) => net.Socket)(...args);
    const [options] = args;
    const half = typeof options === 'object' ? (options as { allowHalfOpen?: boolean }) : {};
    return here.socket(half).connect(...args);
  }) as unknown as typeof net.connect;
  Object.assign(net, { connect, createConnection: connect, Socket: socketClass(current) });
  Reflect.set(http.Agent.prototype, 'createConnection', connect);
  // An agent is one for a whole process, and each client here is a process: it keeps to its own connections.
  Reflect.set(http.Agent.prototype, 'getName', function (this: http.Agent, options?: object) {
    const name = real.getName.call(this, options);
    const here = current();
    return here === undefined ? name : `${name}:${here.owner}`;
  });
  dns.lookup = lookup(current, real.lookup);
  dns.promises.lookup = lookupLater(current, real.lookupLater);
  dns.promises.resolveTxt = (host) =>
    current() === undefined ? real.resolveTxt(host) : Promise.reject(notFound(host));
  syncBuiltinESMExports();
  return () => {
    Object.assign(net, {
      connect: real.connect,
      createConnection: real.connect,
      Socket: real.Socket,
    });
    Reflect.set(http.Agent.prototype, 'createConnection', real.agent);
    Reflect.set(http.Agent.prototype, 'getName', real.getName);
    dns.lookup = real.lookup;
    Object.assign(dns.promises, { lookup: real.lookupLater, resolveTxt: real.resolveTxt });
    syncBuiltinESMExports();
  };
}

/** `new net.Socket()` that is not given a handle is one of the run. */
function socketClass(current: Current): typeof net.Socket {
  const { Socket } = net;
  const proxy: typeof net.Socket = new Proxy(Socket, {
    construct(target, args: [net.SocketConstructorOpts?], newTarget) {
      const here = newTarget === proxy ? current() : undefined;
      const [options] = args;
      const isOwn = options?.fd === undefined && !('handle' in (options ?? {}));
      if (here === undefined || !isOwn) return Reflect.construct(target, args, newTarget) as object;
      return here.socket(options);
    },
  });
  return proxy;
}

interface LookupOptions {
  readonly all?: boolean;
}

function lookup(current: Current, real: typeof dns.lookup): typeof dns.lookup {
  return ((host: string, ...rest: unknown[]) => {
    const here = current();
    const done = rest.at(-1) as LookedUp;
    if (here === undefined) {
      (real as unknown as (...a: unknown[]) => void)(host, ...rest);
      return;
    }
    const address = here.resolve(host);
    process.nextTick(() => {
      if (address === null) done(notFound(host));
      else if (isForAll(rest[0])) done(null, [{ address, family: 4 }]);
      else done(null, address, 4);
    });
  }) as unknown as typeof dns.lookup;
}

function lookupLater(
  current: Current,
  real: typeof dns.promises.lookup,
): typeof dns.promises.lookup {
  return ((host: string, options?: unknown) => {
    const here = current();
    if (here === undefined) {
      return (real as (h: string, o?: unknown) => Promise<unknown>)(host, options);
    }
    const address = here.resolve(host);
    if (address === null) return Promise.reject(notFound(host));
    const found = { address, family: 4 };
    return Promise.resolve(isForAll(options) ? [found] : found);
  }) as typeof dns.promises.lookup;
}

function isForAll(options: unknown): boolean {
  return typeof options === 'object' && (options as LookupOptions | null)?.all === true;
}

function notFound(host: string): Error {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
    code: 'ENOTFOUND',
    hostname: host,
  });
}
