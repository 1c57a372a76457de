/** A proxy in front of a sink, driven by plain requests. */
import assert from 'node:assert/strict';
import { startProxy } from '../../harness/proxy/server.ts';
import { openSink, type Sink } from '../links/sockets.ts';

export interface Bench {
  readonly sink: Sink;
  /** Of the API. */
  readonly url: string;
  /** `host:port` of the proxy `p`. */
  readonly address: string;
  /** Sends a request; fails the test unless the answer is `status`. Gives the answer's text. */
  readonly ask: (method: string, path: string, body?: unknown, status?: number) => Promise<string>;
  /** As `ask`, with a body as it is, and whatever the answer. */
  readonly raw: (
    method: string,
    path: string,
    body: string,
  ) => Promise<{ readonly status: number; readonly body: string }>;
  /** Adds a toxic to `p`. */
  readonly toxic: (type: string, attributes: object, more?: object) => Promise<string>;
  /** Live counters of `p`. */
  readonly counters: () => Promise<Counters>;
}

interface Counters {
  readonly connections: number;
  readonly opened: number;
  readonly broken: number;
  readonly upstream: Readonly<Record<string, number>>;
  readonly downstream: Readonly<Record<string, number>>;
}

export async function withProxy(work: (bench: Bench) => Promise<void>, seed = 1): Promise<void> {
  await using server = await startProxy({ seed });
  await withProxyOf(server.url, work);
}

/** As `withProxy`, on a server that is there; an answer that takes longer than `limitMs` fails the test. */
export async function withProxyOf(
  url: string,
  work: (bench: Bench) => Promise<void>,
  limitMs = 60_000,
): Promise<void> {
  await using sink = await openSink();
  const send = (method: string, path: string, body: string | null): Promise<Response> =>
    fetch(`${url}${path}`, { method, body, signal: AbortSignal.timeout(limitMs) });
  const ask: Bench['ask'] = async (method, path, body, status) => {
    const answer = await send(method, path, body === undefined ? null : JSON.stringify(body));
    const text = await answer.text();
    if (status === undefined) assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    else assert.equal(answer.status, status, text);
    return text;
  };
  const spec = { name: 'p', listen: '127.0.0.1:0', upstream: sink.address };
  const made = JSON.parse(await ask('POST', '/proxies', spec)) as { listen: string };
  await work({
    sink,
    url,
    address: made.listen,
    ask,
    async raw(method, path, body) {
      const answer = await send(method, path, body);
      return { status: answer.status, body: await answer.text() };
    },
    toxic: (type, attributes, more = {}) =>
      ask('POST', '/proxies/p/toxics', { type, attributes, ...more }),
    counters: async () => (JSON.parse(await ask('GET', '/links')) as { p: Counters }).p,
  });
}

/** The bytes that the proxy has read of a direction, once it reads no more: over 100 answers. */
export async function standstill(
  bench: Bench,
  direction: 'upstream' | 'downstream',
): Promise<number> {
  let bytes = -1;
  for (let same = 0; same < 100; same++) {
    const now = (await bench.counters())[direction]['receivedBytes'] ?? 0;
    if (now !== bytes) same = 0;
    bytes = now;
  }
  return bytes;
}
