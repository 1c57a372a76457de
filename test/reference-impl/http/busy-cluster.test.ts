/** What a busy cluster answers at its front: each call of a story of overload, as a node's HTTP API tells it. */
import assert from 'node:assert/strict';
import { Hono } from 'hono';
import type { History } from '../../../harness/core/history.ts';
import type { Json } from '../../../harness/core/host.ts';
import type { NodeHandle } from '../../../harness/host/node.ts';
import { programOf } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { nodeApi } from '../../../reference-impl/http/api.ts';
import type { QueueObservation } from '../../../reference-impl/admission/observations.ts';
import type { RoutedObservation } from '../../../reference-impl/service-client/observations.ts';
import { reference, scenarios } from '../../../reference-impl/system.ts';

describe('a busy cluster', () => {
  it('answers 200 to whom it serves and 429 with Retry-After to whom it turns away', async () => {
    const routed = observed(historyOf('overload'), 'routed') as readonly RoutedObservation[];
    const front = frontThatTells();
    const statuses = new Map<number, number>();
    for (const r of routed) {
      const { status, retryAfter } = await front(r);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      // Rounded up: who comes then is not too early.
      const wantedS = Math.max(1, Math.ceil((r.retryAfterUs ?? 0) / 1_000_000));
      if (status === 429) assert.equal(retryAfter, String(wantedS));
      const isTurnedAway = r.outcome === 'refused' || r.outcome === 'error';
      assert.equal(status === 429, isTurnedAway, JSON.stringify(r));
    }
    // A surge of which a fifth can be served: both happen all the time.
    for (const status of [200, 429]) assert.ok((statuses.get(status) ?? 0) > 500, `${status}`);
  });

  it('tells its callers OK, SLOW_DOWN and REJECT, as full as it is', () => {
    const queues = observed(historyOf('modes-under-load'), 'queue') as readonly QueueObservation[];
    for (const signal of ['ok', 'slow-down', 'reject'] as const) {
      const said = queues.reduce((sum, q) => sum + (q.byMode?.said[signal] ?? 0), 0);
      assert.ok(said > 0, signal);
    }
  });
});

function historyOf(story: string): History {
  const found = scenarios.find((s) => s.name === story) ?? assert.fail(story);
  return simulation().run(reference, programOf(found, 1, 'virtual', null)).history;
}

function observed(history: History, kind: string): readonly object[] {
  return history.events.flatMap((e) =>
    e.type === 'observe' && e.value.kind === kind ? [e.value] : [],
  );
}

/** The API of a node whose own client had that answer. */
function frontThatTells() {
  let told: Json = null;
  const node: NodeHandle = {
    config: {
      id: 0,
      shape: { nodes: [{ name: 'server-0', role: 'server', zone: 'a' }], clients: 0 },
      settings: { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} },
    },
    onObserve: () => undefined,
    hasStopped: false,
    trueUs: () => 0,
    call: () => Promise.resolve(told),
  };
  const app = new Hono();
  nodeApi(node)(app);
  return async ({ outcome, instance, retryAfterUs = 0 }: RoutedObservation) => {
    const error = { error: 'busy', refused: 'asked to wait' }[outcome as string] ?? '';
    const value = { outcome, instance, fallbacks: 0, error, retryAfterUs };
    told = { type: 'ok', value };
    const r = await app.request('/call/shop', { method: 'POST' });
    return { status: r.status, retryAfter: r.headers.get('retry-after') };
  };
}
