/**
 * `PUT /kv/KEY` without parameters, most of what a busy node is asked, past the routes: the same answers
 * as `keyRoutes` gives, at half the cost.
 */
import type { ServerResponse } from 'node:http';
import type { StraightPath } from '../../harness/host/node-http.ts';
import { lanes } from '../lanes.ts';
import { failure, Refusal, replyTo, type Ask, type Reply } from './answers.ts';
import { bodyBytesMax, requireName, valueIn } from './input.ts';
import { noLeader } from './status.ts';

/** A key that no browser or server would write in another way; whatever else there is, the routes know. */
const plain = /^\/kv\/((?!\.)[\w.:-]+(?:\/(?!\.)[\w.:-]+)*)$/;

export function plainWrites(isLed: () => Promise<boolean>, ask: Ask): StraightPath {
  return (request, response) => {
    const { method, headers, url = '' } = request;
    const key = method === 'PUT' ? plain.exec(url)?.[1] : undefined;
    const length = headers['content-length'];
    const isCounted = length !== undefined && headers['transfer-encoding'] === undefined;
    if (key === undefined || !isCounted || Number(length) > bodyBytesMax) return false;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      void write(key, body, isLed, ask).then((reply) => send(reply, response));
    });
    return true;
  };
}

async function write(
  key: string,
  body: Buffer,
  isLed: () => Promise<boolean>,
  ask: Ask,
): Promise<Reply> {
  if (!(await isLed())) return failure(noLeader);
  try {
    requireName('key', key);
    return replyTo('PUT', await ask(lanes.agent, 'write', key, valueIn(body)));
  } catch (e) {
    if (e instanceof Refusal) return failure(e);
    throw e;
  }
}

function send({ status, body, headers }: Reply, response: ServerResponse): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
