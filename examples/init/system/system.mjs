/** How antlion starts the store, asks it, and what it is put through. */
import { cluster, defineScenario, defineSystem, httpAdapter, kvOperations } from 'antlion';

export default defineSystem({
  name: 'kv',
  launch: { command: ['node', 'kv.mjs', '{{name}}', '{{port}}', '{{peers}}'] },
  operations: ['read', 'write'],
  promises: ['linearizable'],
  adapter: () =>
    httpAdapter({
      read: { method: 'GET', path: '/{{key}}', value: 'value' },
      write: { method: 'PUT', path: '/{{key}}', body: '{"value": {{value}}}' },
    }),
});

const load = { clients: 3, count: 60, pauseUs: 50_000, keys: 2, mix: { read: 3, write: 1 } };

export const calm = defineScenario({
  name: 'calm',
  claim: 'Whoever reads is told the latest acknowledged write, while nothing goes wrong.',
  promises: ['linearizable'],
  story: (draw) => ({
    shape: cluster({ servers: 3, clients: load.clients }),
    faults: [],
    clients: kvOperations(draw, load),
    durationUs: 4_000_000,
  }),
});

export const cutOff = defineScenario({
  name: 'cut-off',
  claim: 'Whoever reads is told the latest acknowledged write, also while one node is cut off.',
  promises: ['linearizable'],
  story: (draw) => ({
    shape: cluster({ servers: 3, clients: load.clients }),
    faults: [
      {
        kind: 'partition',
        mode: 'drop',
        atUs: 1_000_000,
        untilUs: 4_000_000,
        links: { from: { of: 'minority' }, to: { of: 'majority' }, bothWays: true },
      },
    ],
    clients: kvOperations(draw, load),
    durationUs: 6_000_000,
  }),
});
