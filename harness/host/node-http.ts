/** The HTTP side of a node: the control channel of the harness, and the system's own API beside it. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Context } from 'hono';
import { nodeFaultsSchema, runHeader } from './control.ts';
import type { NodeCounters, NodeFaults } from './control.ts';
import type { Address } from './launch.ts';

/** Adds the routes of a system to those of its node. `/control` is taken. */
export type HttpApi = (app: Hono) => void;

export interface NodeHttpOptions {
  readonly run: string;
  /** Puts the faults in force and tells the counters. */
  readonly control: (faults: NodeFaults) => NodeCounters;
  /** Everything but `/control`; absent: 404. */
  readonly api?: HttpApi;
}

/** A control request names each link once: far below this. */
const bodyBytesMax = 256 * 1024;

/** Listens at `address`. Rejects with the system's error, EADDRINUSE for one. */
export async function serveHttp(address: Address, options: NodeHttpOptions): Promise<Server> {
  const app = new Hono();
  const limited = bodyLimit({
    maxSize: bodyBytesMax,
    onError: (c) => c.json({ error: `a body of more than ${bodyBytesMax} bytes` }, 413),
  });
  app.post('/control', limited, (c) => control(c, options));
  app.all('/control', (c) => c.json({ error: 'POST the faults that are to be in force' }, 405));
  if (options.api === undefined) {
    app.notFound((c) => c.json({ error: 'this node has no API but /control' }, 404));
  } else options.api(app);
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

async function control(c: Context, options: NodeHttpOptions): Promise<Response> {
  if (c.req.header(runHeader) !== options.run) {
    return c.json({ error: `${runHeader} does not name this run` }, 403);
  }
  const faults = nodeFaultsSchema.safeParse(await c.req.json().catch(() => undefined));
  if (faults.success) return c.json(options.control(faults.data));
  return c.json({ error: faults.error.issues[0]?.message ?? 'malformed' }, 400);
}
