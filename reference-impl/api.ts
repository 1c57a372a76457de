/**
 * The HTTP API of a node, for people with curl. Every answer is JSON; every question goes to a
 * component by a call, as an operation of a workload does, and carries its doubts: 504 says that
 * nobody knows whether the change happened.
 *
 *   curl localhost:PORT/health                     curl localhost:PORT/kv/colour
 *   curl -X PUT -d '"red"' localhost:PORT/kv/colour
 *   curl -X PUT -d '"blue"' 'localhost:PORT/kv/colour?from="red"'      (compare and set)
 */
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { Json, Lane } from '../harness/core/host.ts';
import type { Outcome } from '../harness/core/system.ts';
import type { HttpApi, NodeHandle } from '../harness/host/node.ts';
import { lanes } from './lanes.ts';

/** An answer takes at most the operation's deadline; this much more is for the node's own pace. */
const graceUs = 1_000_000;

/** The listener for everything but `/control`. */
export function nodeApi(node: NodeHandle): HttpApi {
  const { config } = node;
  const app = new Hono();
  const ask = (lane: Lane, f: string, key = '', value: Json = null): Promise<Json> =>
    node.call(lane, { f, key, value }, config.settings.deadlineUs + graceUs);

  app.get('/health', async (c) => {
    const mode = outcomeOf(await ask(lanes.mode, 'mode'));
    const self = config.shape.nodes[config.id];
    const isUp = mode.type === 'ok';
    return c.json({ ...self, id: config.id, upUs: node.trueUs(), isUp }, isUp ? 200 : 503);
  });
  app.get('/members', async (c) => c.json(await ask(lanes.membership, 'members')));
  app.get('/services', async (c) => answer(c, await ask(lanes.agent, 'services')));
  app.get('/evidence', async (c) => answer(c, await ask(lanes.agent, 'evidence')));
  app.get('/mode', async (c) => answer(c, await ask(lanes.mode, 'mode')));
  // Keys may hold slashes: `config/limits`.
  app.get('/kv/:key{.+}', async (c) => {
    const f = c.req.query('stale') === undefined ? 'read' : 'read-stale';
    return answer(c, await ask(lanes.agent, f, c.req.param('key')));
  });
  app.put('/kv/:key{.+}', async (c) => {
    const value = jsonOrText(await c.req.text());
    const from = c.req.query('from');
    const key = c.req.param('key');
    if (from === undefined) return answer(c, await ask(lanes.agent, 'write', key, value));
    return answer(c, await ask(lanes.agent, 'cas', key, [jsonOrText(from), value]));
  });
  app.delete('/kv/:key{.+}', async (c) =>
    answer(c, await ask(lanes.agent, 'delete', c.req.param('key'))),
  );
  app.notFound((c) => c.json({ error: `no ${c.req.path} here`, paths }, 404));
  return getRequestListener(app.fetch);
}

const paths = ['/health', '/members', '/services', '/kv/:key', '/mode', '/evidence'];

function answer(c: Context, reply: Json): Response {
  const outcome = outcomeOf(reply);
  switch (outcome.type) {
    case 'ok':
      return c.json({ value: outcome.value, version: outcome.version, node: outcome.node });
    case 'fail':
      return c.json({ error: outcome.error, happened: false }, 409);
    case 'info':
      return c.json({ error: outcome.error, happened: 'unknown' }, 504);
  }
}

/** No reply at all is the case of nobody knowing. */
function outcomeOf(reply: Json): Outcome {
  if (reply === null) return { type: 'info', error: 'the node did not answer in time' };
  return reply as unknown as Outcome;
}

/** `red` and `"red"` are the same text; `17` is a number. */
function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
