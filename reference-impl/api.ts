/**
 * The HTTP API of a node, for people with curl. Every answer is JSON; every question goes to a
 * component by a call, as an operation of a workload does, and carries its doubts: 504 says that
 * nobody knows whether the change happened, `happened: false` that it did not and will not.
 *
 *   curl localhost:PORT/health                     curl localhost:PORT/kv/colour
 *   curl -X PUT -d '"red"' localhost:PORT/kv/colour
 *   curl -X PUT -d '"blue"' 'localhost:PORT/kv/colour?from="red"'      (compare and set)
 */
import type { Context, Hono } from 'hono';
import { limitedBody } from '../harness/host/body-limit.ts';
import type { Json, Lane } from '../harness/core/host.ts';
import type { Outcome } from '../harness/core/system.ts';
import type { HttpApi } from '../harness/host/node-http.ts';
import type { NodeHandle } from '../harness/host/node.ts';
import { busy } from './store-client/store-client.ts';
import { lanes } from './lanes.ts';
import type { Mechanism } from './mechanism.ts';
import { problemWithName, problemWithValues, valueBytesMax } from './store/sizes.ts';

/** An answer takes at most the operation's deadline; this much more is for the node's own pace. */
const graceUs = 1_000_000;
/** A server that heard nothing of a leader for so long serves no linearizable read and no write. */
const leaderAgeUsMax = 1_000_000;
/** A value may be written with more bytes than its JSON has at last: as escapes, with spaces. */
const bodyBytesMax = 8 * valueBytesMax;

/** Asks a component of the node. */
type Ask = (lane: Lane, f: string, key?: string, value?: Json) => Promise<Json>;

/** Everything but `/control`. */
export function nodeApi(node: NodeHandle, all: readonly Mechanism[] = []): HttpApi {
  const timeoutUs = node.config.settings.deadlineUs + graceUs;
  const ask: Ask = (lane, f, key = '', value = null) =>
    node.call(lane, { f, key, value }, timeoutUs);
  return (app) => {
    app.onError((e, c) => {
      if (e instanceof Refusal) return c.json({ error: e.message, happened: false }, e.status);
      throw e;
    });
    lookRoutes(app, node, ask);
    keyRoutes(app, ask);
    laneRoutes(app, ask, all);
    app.notFound((c) => c.json({ error: `no ${c.req.path} here`, paths: pathsOf(app) }, 404));
  };
}

function lookRoutes(app: Hono, node: NodeHandle, ask: Ask): void {
  app.get('/health', async (c) => {
    const [mode, status] = await Promise.all([ask(lanes.mode, 'mode'), ask(lanes.store, 'status')]);
    const isUp = outcomeOf(mode).type === 'ok';
    const { config } = node;
    const consensus = config.shape.nodes[config.id]?.role === 'server' ? consensusOf(status) : null;
    const isReady = isUp && (consensus?.isReady ?? (await isRegistered(ask)));
    const self = { ...config.shape.nodes[config.id], id: config.id, upUs: node.trueUs() };
    return c.json({ ...self, isUp, ...consensus, isReady }, isReady ? 200 : 503);
  });
  app.get('/members', async (c) => c.json(await ask(lanes.membership, 'members')));
  app.get('/services', async (c) => answer(c, await ask(lanes.agent, 'services')));
  app.get('/evidence', async (c) => answer(c, await ask(lanes.agent, 'evidence')));
  app.get('/mode', async (c) => answer(c, await ask(lanes.mode, 'mode')));
}

/** What the lanes of the list answer by themselves. */
function laneRoutes(app: Hono, ask: Ask, all: readonly Mechanism[]): void {
  all
    .filter((m) => m.shape === 'lane')
    .forEach(({ http }, lane) => {
      for (const [path, f] of Object.entries(http)) {
        app.get(path, async (c) => answer(c, await ask(lane, f)));
      }
    });
}

/** Keys may hold slashes: `config/limits`. */
function keyRoutes(app: Hono, ask: Ask): void {
  app.use(
    '/kv/*',
    limitedBody({
      maxSize: bodyBytesMax,
      onError: () => {
        throw new Refusal(413, `the body is too long, at most ${bodyBytesMax} bytes`);
      },
    }),
  );
  app.get('/kv/:key{.+}', async (c) => {
    const key = keyOf(c);
    const f = c.req.query('stale') === undefined ? 'read' : 'read-stale';
    const outcome = outcomeOf(await ask(lanes.agent, f, key));
    if (outcome.type !== 'ok' || outcome.value !== null) return answerOutcome(c, outcome);
    return c.json({ error: `no key ${key}`, value: null, version: 0, node: outcome.node }, 404);
  });
  app.put('/kv/:key{.+}', async (c) => {
    const key = keyOf(c);
    const value = valueOf(textOf(await c.req.arrayBuffer()));
    if (value === null) throw new Refusal(400, 'null is no value: DELETE the key to remove it');
    const from = c.req.query('from');
    if (from === undefined) return answer(c, await ask(lanes.agent, 'write', key, value));
    return answer(c, await ask(lanes.agent, 'cas', key, [valueOf(from), value]));
  });
  app.delete('/kv/:key{.+}', async (c) => answer(c, await ask(lanes.agent, 'delete', keyOf(c))));
}

/** What the client got wrong, before anything was done. */
class Refusal extends Error {
  readonly status: 400 | 413;

  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

function keyOf(c: Context): string {
  const key = c.req.param('key') ?? '';
  const problem = problemWithName('key', key);
  if (problem !== null) throw new Refusal(413, problem);
  return key;
}

function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'the body is not UTF-8: send bytes as a text, in base64 for instance');
  }
}

/** What begins like JSON has to be JSON; `red` is the same as `"red"`. */
function valueOf(text: string): Json {
  const value = looksLikeJson.test(text) ? parsed(text) : text;
  const problem = problemWithValues([value]);
  if (problem !== null) throw new Refusal(problem.includes('at most') ? 413 : 400, problem);
  return value;
}

const looksLikeJson = /^\s*(["[{]|-?\d|(true|false|null)\s*$)/;

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (e) {
    const why = e instanceof Error ? e.message : String(e);
    throw new Refusal(400, `the value is not JSON (${why}): quote it to send it as a text`);
  }
}

/** What a server says of consensus: is there a leader to serve through? */
function consensusOf(status: Json): { readonly isReady: boolean; readonly [name: string]: Json } {
  const { role, term, leader, ageUs } = (status ?? {}) as Readonly<Record<string, Json>>;
  const isReady = typeof leader === 'number' && typeof ageUs === 'number' && ageUs < leaderAgeUsMax;
  return { role: role ?? null, term: term ?? null, leader: leader ?? null, isReady };
}

/** Does a service hold a lease of the registry? */
async function isRegistered(ask: Ask): Promise<boolean> {
  const evidence = outcomeOf(await ask(lanes.agent, 'evidence'));
  if (evidence.type !== 'ok' || !Array.isArray(evidence.value)) return false;
  return (evidence.value as { kind?: Json }[]).some((e) => e.kind === 'registration');
}

function pathsOf(app: Hono): string[] {
  const paths = app.routes
    .filter((r) => !r.path.includes('*'))
    .map((r) => r.path.replace('{.+}', ''));
  return [...new Set(paths)].filter((p) => p !== '/control');
}

function answer(c: Context, reply: Json): Response {
  return answerOutcome(c, outcomeOf(reply));
}

function answerOutcome(c: Context, outcome: Outcome): Response {
  switch (outcome.type) {
    case 'ok':
      return c.json({ value: outcome.value, version: outcome.version, node: outcome.node });
    case 'fail': {
      const body = { error: outcome.error, happened: false };
      if (outcome.error === busy) return c.json(body, 429, { 'retry-after': '1' });
      return c.json(body, outcome.error.startsWith('bad-request') ? 400 : 409);
    }
    case 'info':
      return c.json({ error: outcome.error, happened: 'unknown' }, 504);
  }
}

/** No reply at all is the case of nobody knowing. */
function outcomeOf(reply: Json): Outcome {
  if (reply === null) return { type: 'info', error: 'the node did not answer in time' };
  return reply as unknown as Outcome;
}
