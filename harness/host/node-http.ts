/** The HTTP side of a node: the control channel of the harness, and the system's own API behind it. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Json } from '../core/host.ts';
import { nodeFaultsSchema, runHeader } from './control.ts';
import type { NodeCounters, NodeFaults } from './control.ts';
import type { Address } from './launch.ts';

export interface NodeHttpOptions {
  readonly run: string;
  /** Puts the faults in force and tells the counters. */
  readonly control: (faults: NodeFaults) => NodeCounters;
  /** Everything but `/control`; absent: 404. */
  readonly api?: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
}

/** A control request names each link once: far below this. */
const bodyBytesMax = 256 * 1024;

/** Listens at `address`. Rejects with the system's error, EADDRINUSE for one. */
export async function serveHttp(address: Address, options: NodeHttpOptions): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/control') void control(request, response, options);
    else if (options.api !== undefined) void options.api(request, response);
    else answer(response, 404, { error: 'this node has no API but /control' });
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

async function control(
  request: IncomingMessage,
  response: ServerResponse,
  options: NodeHttpOptions,
): Promise<void> {
  if (request.method !== 'POST') {
    answer(response, 405, { error: 'POST the faults that are to be in force' });
  } else if (request.headers[runHeader] !== options.run) {
    answer(response, 403, { error: `${runHeader} does not name this run` });
  } else {
    const faults = nodeFaultsSchema.safeParse(await readJson(request));
    if (faults.success) answer(response, 200, options.control(faults.data));
    else answer(response, 400, { error: faults.error.issues[0]?.message ?? 'malformed' });
  }
}

/** The body, or undefined when it is no JSON, too long or cut off. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body: Json | NodeCounters): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
