/** Three hundred instances go down together and come back together; some do not come back. */
import {
  cluster,
  defineScenario,
  instancesOf,
  kvOperations,
  secondsUs,
} from '../../harness/spec.ts';
import type { Fault, Json, NodeId, Prng, Scenario, Story } from '../../harness/spec.ts';

const instances = 300;
const clients = 4;
/** A lease of 30 s, and the bound of `found-again`, which is judged after it. */
const durationUs = secondsUs(46);

export const restartStorm = scenarioOf({
  name: 'restart-storm',
  claim:
    'When three hundred instances start together, each is on all lists within nine seconds, those who stay away are on none, and the registry answers everybody meanwhile under the same leader.',
  expect: 'holds',
  pacing: {},
});

export const restartStormAtOnce = scenarioOf({
  name: 'restart-storm-at-once',
  claim:
    'Where each of three hundred instances asks as soon as it starts, and again as soon as it got no answer, the registry is lost to the load.',
  expect: 'violated',
  pacing: { spreadUs: 0, pauseUsMax: 0 },
});

function scenarioOf({
  pacing,
  ...rest
}: Pick<Scenario, 'name' | 'claim' | 'expect'> & { readonly pacing: Json }): Scenario {
  return defineScenario({
    ...rest,
    promises: ['available-in-storm', 'found-again'],
    environments: ['simulation'],
    story: (draw) => ({ ...stormOn(draw), extra: { ...extra, pacing } }),
  });
}

/** Only the registry tells of who is there, and it works off a thousand requests a second. */
const extra = { modes: false, gossip: false, intake: { fromUs: secondsUs(4) } };

function stormOn(draw: Prng): Story {
  const shape = cluster({
    servers: draw.pick([3, 3, 5]),
    services: [{ name: 'fleet', instances }],
    clients,
  });
  const atUs = secondsUs(4) + draw.below(secondsUs(1));
  const fleet = draw.shuffle(instancesOf(shape, 'fleet'));
  const lost = draw.between(5, 20);
  const backUs = atUs + draw.between(500_000, secondsUs(2));
  const crash = (nodes: readonly NodeId[], untilUs: number): Fault => {
    return { kind: 'crash', atUs, untilUs, nodes: { of: 'nodes', nodes } };
  };
  return {
    shape,
    faults: [
      crash(fleet.slice(0, lost), durationUs + secondsUs(1)),
      crash(fleet.slice(lost), backUs),
    ],
    clients: kvOperations(draw.fork('operations'), {
      clients,
      count: 100,
      pauseUs: 400_000,
      keys: 3,
      mix: { read: 3, write: 2 },
    }),
    durationUs,
    deadlineUs: secondsUs(2),
  };
}
