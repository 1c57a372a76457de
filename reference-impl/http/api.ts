/**
 * The HTTP API of a node, for people with curl and for services that are no nodes: see
 * `docs/reference/http-api.md`. Every question goes to a component by a call, as an operation of a
 * workload does, and carries its doubts: 504 says that nobody knows whether the change happened,
 * `happened: false` that it did not and will not.
 */
import type { Context, Hono } from 'hono';
import type { HttpApi } from '../../harness/host/node-http.ts';
import type { NodeHandle } from '../../harness/host/node.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { lanes } from '../lanes.ts';
import type { Mechanism } from '../mechanism.ts';
import { answer, failed, Refusal, stopped } from './answers.ts';
import type { Ask } from './answers.ts';
import { limitBody } from './input.ts';
import { callRoutes } from './calls.ts';
import { keyRoutes } from './keys.ts';
import { leaseRoutes } from './leases.ts';
import { lockRoutes } from './locks.ts';
import { serverRoutes } from './servers.ts';
import { serviceRoutes } from './services.ts';
import { plainWrites } from './plain-writes.ts';
import { leaderFirst, leaderHeard, statusRoutes } from './status.ts';
import { springRoutes } from './spring.ts';
import { watchRoutes } from './watches.ts';

/** An answer takes at most the operation's deadline; this much more is for the node's own pace. */
const graceUs = 1_000_000;

/** Everything but `/control`. */
export function nodeApi(node: NodeHandle, all: readonly Mechanism[] = []): HttpApi {
  const { deadlineUs } = node.config.settings;
  const ask: Ask = async (lane, f, key = '', value = null, patienceUs = 0) => {
    if (node.hasStopped) return { type: 'fail', error: stopped };
    const reply = await node.call(lane, { f, key, value }, deadlineUs + patienceUs + graceUs);
    return reply === null && node.hasStopped ? { type: 'info', error: stopped } : outcomeOf(reply);
  };
  return (app) => {
    app.onError((e, c) => {
      if (e instanceof Refusal) return failed(c, e);
      throw e;
    });
    app.use('*', limitBody);
    const isLed = leaderHeard(node, ask);
    statusRoutes(app, node, ask);
    for (const path of [
      '/kv',
      '/kv/*',
      '/txn',
      '/compact',
      '/leases',
      '/leases/*',
      '/services',
      '/services/*',
      '/locks/*',
      '/servers',
      '/leader',
      '/spring/*',
    ]) {
      app.use(path, leaderFirst(isLed));
    }
    keyRoutes(app, ask);
    callRoutes(app, ask);
    serviceRoutes(app, node.config.shape, ask);
    leaseRoutes(app, ask);
    lockRoutes(app, ask);
    serverRoutes(app, node.config.shape, ask);
    watchRoutes(app, node.config.shape, ask);
    springRoutes(app, ask);
    laneRoutes(app, ask, all);
    partRoutes(app, ask, all);
    app.notFound((c) => nothingHere(app, c));
    return plainWrites(isLed, ask);
  };
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

/** What the parts of the list answer from their memory; one that is off is not there. */
function partRoutes(app: Hono, ask: Ask, all: readonly Mechanism[]): void {
  for (const m of all) {
    if (m.shape !== 'part') continue;
    for (const [path, f] of Object.entries(m.http)) {
      app.get(path, async (c) => {
        const told = await ask(lanes.agent, f);
        if (told.type !== 'ok') return answer(c, told);
        return told.value === null ? nothingHere(app, c) : c.json(told.value);
      });
    }
  }
}

function nothingHere(app: Hono, c: Context): Response {
  const message = `no ${c.req.path} here`;
  return failed(c, { status: 404, code: 'no-such-path', message }, { paths: pathsOf(app) });
}

function pathsOf(app: Hono): string[] {
  const paths = app.routes
    .filter((r) => !r.path.includes('*'))
    .map((r) => r.path.replace('{.+}', ''));
  return [...new Set(paths)].filter((p) => p !== '/control');
}

/** No reply at all is the case of nobody knowing; what is no outcome is an answer as it is. */
function outcomeOf(reply: Json): Outcome {
  if (reply === null) return { type: 'info', error: 'the node did not answer in time' };
  const isOutcome = typeof reply === 'object' && 'type' in reply;
  return isOutcome ? (reply as unknown as Outcome) : { type: 'ok', value: reply };
}
