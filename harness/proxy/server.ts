/**
 * The embedded fault proxy: TCP proxies with faults, driven by Toxiproxy 2.12.0's HTTP API, inside this
 * process. Unlike Toxiproxy, control never waits for data, harmful attributes are refused, the
 * seed works, `/links` changes many links in one tick (`batch.ts`), and there are leases, deadlines
 * (`leases.ts`), half-close and UDP (`udp.ts`).
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HarnessError } from '../core/errors.ts';
import { Prng } from '../core/prng.ts';
import { type Answer, errorBody, plainError } from './answer.ts';
import { Api } from './api.ts';
import { encodeGo } from './go-json.ts';

export interface ProxyOptions {
  /** Where the API listens; default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Draws jitter, slices and toxicity: the same for the same names and order of connections. */
  readonly seed?: number;
  /** Also show figures of this process at `/metrics`, as Toxiproxy's flag of this name does. */
  readonly runtimeMetrics?: boolean;
}

export interface ProxyServer extends AsyncDisposable {
  /** `http://127.0.0.1:8474`: what Toxiproxy's clients want. */
  readonly url: string;
}

/** Starts a server without any proxy. Disposing closes it with all its proxies and connections. */
export async function startProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? 0;
  const runtime = options.runtimeMetrics === true ? await runtimeMetrics() : null;
  const api = new Api(new Prng(options.seed ?? 0), runtime);
  const inTurn = turns();
  const http = createServer((request, response) => {
    void serve(api, inTurn, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', (e: NodeJS.ErrnoException) => {
      const inUse = e.code === 'EADDRINUSE';
      const why = `fault proxy cannot listen on ${host}:${port}: ${e.message}. Choose another port.`;
      reject(inUse ? new HarnessError('E_PORT_IN_USE', why, { cause: e }) : e);
    });
    http.listen(port, host, resolve);
  });
  const address = http.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        http.close(() => resolve());
      });
      http.closeAllConnections();
      await inTurn(() => api.close());
      await closed;
    },
  };
}

/** Loaded where it is asked for alone: nothing else here needs a package. */
async function runtimeMetrics(): Promise<() => Promise<string>> {
  const { collectDefaultMetrics, Registry } = await import('prom-client');
  const register = new Registry();
  collectDefaultMetrics({ register });
  return () => register.metrics();
}

type InTurn = <T>(work: () => T | Promise<T>) => Promise<T>;

/** Runs works one after the other, so that two requests never change a proxy at the same time. */
function turns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}

/** Longest body that is read, bytes: some 100,000 proxies at once. */
const requestBytesMax = 16 * 1024 * 1024;

async function serve(
  api: Api,
  inTurn: InTurn,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    if (body === null) {
      const error = `request body is longer than ${requestBytesMax} bytes`;
      send(response, plainError(413, encodeGo({ error, status: 413 })), true);
      return;
    }
    const handler = route(request.method ?? '', request.url ?? '');
    if (typeof handler === 'number') {
      send(response, handler === 405 ? notAllowed : notFound, false);
    } else if ((request.headers['user-agent'] ?? '').startsWith('Mozilla/')) {
      // A page in a browser must not drive a server on this machine.
      send(response, plainError(403, 'User agent not allowed'), true);
    } else {
      send(response, await inTurn(() => handle(() => handler(api, body))), true);
    }
  } catch {
    response.destroy();
  }
}

async function handle(work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (e) {
    const error = errorBody(e);
    return plainError(error.status, encodeGo(error));
  }
}

type Handler = (api: Api, body: string) => Answer | Promise<Answer>;
type Methods = Readonly<Record<string, Handler>>;

const notFound = plainError(404, '404 page not found');
const notAllowed: Answer = { status: 405, headers: {}, body: '' };

/** The handler, 404 for an unknown path, or 405 for a method that the path has not. */
function route(method: string, url: string): Handler | 404 | 405 {
  const methods = methodsOf(url.split('?', 1)[0] ?? '');
  if (methods === null) return 404;
  return methods[method] ?? methods['*'] ?? 405;
}

function methodsOf(path: string): Methods | null {
  let parts: string[];
  try {
    parts = decodeURIComponent(path).split('/').slice(1);
  } catch {
    return null;
  }
  const [root = '', proxy = '', toxics, toxic = ''] = parts;
  if (parts.length === 1) return Object.hasOwn(roots, root) ? (roots[root] ?? null) : null;
  if (root === 'leases' && proxy !== '' && parts.length === 2) return leaseMethods(proxy);
  if (root !== 'proxies' || proxy === '') return null;
  if (parts.length === 2) return proxyMethods(proxy);
  if (toxics !== 'toxics') return null;
  if (parts.length === 3) return toxicsMethods(proxy);
  return parts.length === 4 && toxic !== '' ? toxicMethods(proxy, toxic) : null;
}

const roots: Readonly<Record<string, Methods>> = {
  version: { GET: (api) => api.version() },
  metrics: { '*': (api) => api.metrics() },
  proxies: { GET: (api) => api.index(), POST: (api, body) => api.create(body) },
  populate: { POST: (api, body) => api.populate(body) },
  reset: { POST: (api) => api.reset() },
  links: { GET: (api) => api.links(), POST: (api, body) => api.changeLinks(body) },
  leases: { GET: (api) => api.allLeases() },
};

function leaseMethods(lease: string): Methods {
  return {
    POST: (api, body) => api.renewLease(lease, body),
    DELETE: (api) => api.endLease(lease),
  };
}

function proxyMethods(proxy: string): Methods {
  const update: Handler = (api, body) => api.update(proxy, body);
  return {
    GET: (api) => api.show(proxy),
    POST: update,
    PATCH: update,
    DELETE: (api) => api.remove(proxy),
  };
}

function toxicsMethods(proxy: string): Methods {
  return { GET: (api) => api.toxics(proxy), POST: (api, body) => api.addToxic(proxy, body) };
}

function toxicMethods(proxy: string, toxic: string): Methods {
  const update: Handler = (api, body) => api.updateToxic(proxy, toxic, body);
  return {
    GET: (api) => api.showToxic(proxy, toxic),
    POST: update,
    PATCH: update,
    DELETE: (api) => api.removeToxic(proxy, toxic),
  };
}

/** Null for a body that is too long: it is read to its end, so that the client hears of it. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= requestBytesMax) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > requestBytesMax) return null;
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: Answer, isRouted: boolean): void {
  if (isRouted) {
    response.setHeader('X-Toxiproxy-Request-Id', randomBytes(10).toString('hex'));
  }
  // 204 has no length, as in Go.
  if (answer.status !== 204) {
    response.setHeader('Content-Length', Buffer.byteLength(answer.body));
  }
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
