/** What parts tell of their memory over HTTP: each has its path where a run asks for it, and none where it does not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { describe, it } from 'mocha';
import type { Effects, Json, World } from '../../../harness/core/host.ts';
import type { NodeHandle } from '../../../harness/host/node.ts';
import { cluster } from '../../../harness/workload/cluster.ts';
import { agent } from '../../../reference-impl/agent/index.ts';
import { nodeApi } from '../../../reference-impl/http/api.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';

const page = readFileSync(new URL('../../../docs/reference/http-api.md', import.meta.url), 'utf8');

/** The first service node of a cluster, alone: its agent has started and nobody has answered it. */
function interfaceOf(extra: Readonly<Record<string, Json>>): Hono {
  const shape = cluster({ servers: 3, services: [{ name: 'app', instances: 2 }], clients: 0 });
  const settings = { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra };
  const config = { id: 3, shape, settings };
  const component = agent.component(config, mechanisms);
  assert.ok(component !== null);
  const world: World = { nowUs: 0, wallUs: 0, random: () => 0 };
  let reply: Json = null;
  const effects: Effects = {
    send: () => undefined,
    persist: () => 0,
    forget: () => undefined,
    observe: () => undefined,
    setTimer: () => 0,
    cancelTimer: () => undefined,
    reply: (_, value) => (reply = value),
  };
  component.start([], world, effects);
  const node: NodeHandle = {
    config,
    hasStopped: false,
    trueUs: () => 0,
    onObserve: () => undefined,
    call(_, request) {
      component.call({ id: 1, ...request }, world, effects);
      return Promise.resolve(reply);
    },
  };
  const app = new Hono();
  nodeApi(node, mechanisms)(app);
  return app;
}

const told: readonly (readonly [string, Readonly<Record<string, Json>>, Json])[] = [
  [
    '/paths',
    {
      regionConfig: {},
      configPaths: {
        rules: [
          { prefix: 'config/', path: 'gossip' },
          { prefix: 'config/limits/', path: 'consensus' },
        ],
      },
    },
    {
      rules: [
        { prefix: 'config/limits/', path: 'consensus' },
        { prefix: 'config/', path: 'gossip' },
      ],
      otherwise: 'consensus',
    },
  ],
  ['/routing', { routingLayers: {} }, { lists: {}, out: [] }],
  ['/intentions', { intentions: {} }, { intentions: {}, ageMs: 0, told: {} }],
  ['/objects', { controllers: {} }, { revision: -1, objects: {}, pods: [] }],
];

describe('the memory of parts over HTTP', () => {
  for (const [path, extra, body] of told) {
    it(`${path}: told where a run asks for it, and not there otherwise`, async () => {
      const on = await interfaceOf(extra).request(path);
      assert.deepEqual([on.status, await on.json()], [200, body]);
      const off = await interfaceOf({}).request(path);
      const { error } = (await off.json()) as { readonly error: string };
      assert.deepEqual([off.status, error], [404, 'no-such-path']);
    });
  }

  it('has each path of a lane or a part in its reference', () => {
    const paths = mechanisms.flatMap((m) =>
      m.shape === 'lane' || m.shape === 'part' ? Object.keys(m.http) : [],
    );
    const missing = paths.filter((path) => !page.includes(`\`${path}\``));
    assert.deepEqual(missing, []);
    assert.ok(paths.length >= told.length);
  });
});
