/** The HTTP side of a node: the control channel of the harness, and the system's own API beside it. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { limitedBody } from './body-limit.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { controlRequestSchema, runHeader } from './control-protocol.ts';
import type { NodeCounters, NodeFaults } from './control-protocol.ts';
import type { Address } from './launch.ts';
import { probeRequestSchema } from './probe.ts';
import type { Probed, ProbeRequest } from './probe.ts';

/**
 * Adds the routes of a system to those of its node; `/control` and `/probe` are taken. May return a way past them for
 * what is asked most: Hono's objects cost as much as all else of a short request.
 */
export type HttpApi = (app: Hono) => StraightPath | void;

export interface StraightPath {
  /** A longer body is for the routes. */
  readonly bodyBytesMax: number;
  /** What answers such a request by its body; null: the routes do. */
  take(method: string, url: string): ((body: Uint8Array) => Promise<StraightReply>) | null;
}

export interface StraightReply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the harness may do to the node. */
export interface NodeControl {
  /** Puts these faults in force in place of all others. */
  setFaults(faults: NodeFaults): void;
  counters(): NodeCounters;
  probe(request: ProbeRequest): Promise<readonly Probed[]>;
}

export interface NodeHttpOptions {
  readonly run: string;
  readonly control: NodeControl;
  /** Everything but `/control`; absent: 404. */
  readonly api?: HttpApi;
}

/** A control request names each link once: far below this. */
const bodyBytesMax = 256 * 1024;

/** Listens at `address`. Rejects with the system's error, EADDRINUSE for one. */
export async function serveHttp(address: Address, options: NodeHttpOptions): Promise<Server> {
  const app = new Hono();
  const limited = limitedBody({
    maxSize: bodyBytesMax,
    onError: (c) => c.json({ error: `a body of more than ${bodyBytesMax} bytes` }, 413),
  });
  const ours: MiddlewareHandler = async (c, next) => {
    if (c.req.header(runHeader) === options.run) return next();
    return c.json({ error: `${runHeader} does not name this run` }, 403);
  };
  app.post('/control', ours, limited, inOrder(options.control));
  app.get('/control', ours, (c) => c.json(options.control.counters()));
  app.post('/probe', ours, limited, async (c) => {
    const request = probeRequestSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!request.success) return c.json({ error: 'malformed' }, 400);
    return c.json(await options.control.probe(request.data));
  });
  app.all('/control', (c) => c.json({ error: 'POST faults, or GET the figures' }, 405));
  let straight: StraightPath | undefined;
  if (options.api === undefined) {
    app.notFound((c) => c.json({ error: 'this node has no API but /control' }, 404));
  } else straight = options.api(app) ?? undefined;
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => {
    // After `close` a connection ends with its answer, not when its client lets go of it.
    response.once('finish', () => void (server.listening || request.socket.end()));
    if (!isTaken(straight, request, response)) void listener(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

function isTaken(
  path: StraightPath | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { method = '', url = '', headers } = request;
  const answer = path?.take(method, url) ?? null;
  const length = headers['content-length'];
  const isCounted = length !== undefined && headers['transfer-encoding'] === undefined;
  if (path === undefined || answer === null || !isCounted) return false;
  if (Number(length) > path.bodyBytesMax) return false;
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    void answer(body).then((reply) => send(reply, response));
  });
  return true;
}

function send({ status, body, headers }: StraightReply, response: ServerResponse): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/** A request that comes after a later one, as when a paused node goes on, changes nothing. */
function inOrder(control: NodeControl): (c: Context) => Promise<Response> {
  let last = 0;
  return async (c) => {
    const request = controlRequestSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!request.success) {
      return c.json({ error: request.error.issues[0]?.message ?? 'malformed' }, 400);
    }
    const { sequence, faults } = request.data;
    if (sequence <= last) return c.json({ error: `request ${last} came before ${sequence}` }, 409);
    last = sequence;
    control.setFaults(faults);
    return c.json({});
  };
}
