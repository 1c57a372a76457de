/** Deployments are scaled and reconfigured while nodes die, are cut off and come back, and the store's leader is lost. */
import {
  cluster,
  defineScenario,
  instancesOf,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../harness/spec.ts';
import type { Operation, Prng } from '../../harness/spec.ts';

const nodes = 6;
const names = ['web', 'api'];

export const desiredAndActual = defineScenario({
  name: 'desired-and-actual',
  claim:
    'Whatever dies, is cut off or comes back, as many pods run as are wanted, calls go to these alone, and a ConfigMap that changes reaches them all.',
  promises: ['replicas-converge', 'no-dead-endpoint', 'config-reaches-pods'],
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({
      servers: 3,
      services: [{ name: 'node', instances: nodes }],
      clients: 2,
    });
    const [dies, cut] = draw.shuffle(instancesOf(shape, 'node'));
    const everyone = { of: 'everyone' } as const;
    const at = (from: number, to: number): number => secondsUs(draw.between(from, to));
    const [diesUs, cutUs, leaderUs] = [at(22, 26), at(80, 84), at(140, 144)];
    return {
      shape,
      faults: [
        {
          kind: 'crash',
          atUs: diesUs,
          untilUs: diesUs + at(30, 34),
          nodes: { of: 'node', node: dies ?? 3 },
        },
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + at(30, 34),
          links: { from: { of: 'nodes', nodes: [cut ?? 4] }, to: everyone, bothWays: true },
        },
        {
          kind: 'crash',
          atUs: leaderUs,
          untilUs: leaderUs + at(2, 6),
          nodes: { of: 'leader' },
        },
        {
          kind: 'loss',
          atUs: secondsUs(1),
          untilUs: secondsUs(170),
          permille: draw.between(20, 80),
          links: { from: everyone, to: everyone, bothWays: false },
        },
      ],
      // The second client shows that the store is up.
      clients: sideBySide(
        [operator(draw)],
        kvOperations(draw.fork('keys'), {
          clients: 1,
          count: 60,
          pauseUs: secondsUs(5),
          keys: 1,
          mix: { read: 1, write: 1 },
        }),
      ),
      durationUs: secondsUs(200),
      deadlineUs: secondsUs(2),
      extra: { modes: false, controllers: {} },
    };
  },
});

/** In each time of rest something else is wanted. */
function operator(draw: Prng): Operation[] {
  const scaled = (name: string): Omit<Operation, 'id' | 'afterUs'> => ({
    f: 'write',
    key: `objects/deployments/${name}`,
    value: { replicas: draw.between(1, 5) },
  });
  const configured = (name: string): Omit<Operation, 'id' | 'afterUs'> => ({
    f: 'write',
    key: `objects/configmaps/${name}`,
    value: { limit: draw.between(1, 1_000) },
  });
  const [web = '', api = ''] = names;
  const steps: readonly (readonly [afterUs: number, op: Omit<Operation, 'id' | 'afterUs'>])[] = [
    [0, scaled(web)],
    [100_000, scaled(api)],
    [100_000, configured(web)],
    // While a node is down, while one is cut off, and around the loss of the leader.
    [secondsUs(32), configured(web)],
    [secondsUs(5), scaled(web)],
    [secondsUs(55), scaled(api)],
    [secondsUs(1), configured(api)],
    [secondsUs(45), configured(web)],
    [secondsUs(2), scaled(web)],
  ];
  return steps.map(([afterUs, op], id) => ({ id, afterUs, ...op }));
}
