/** A chain of five services, of which the last stands still for a while or gets too much: does it come back? */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../../harness/spec.ts';
import type { Json, Prng, Scenario, Story } from '../../../harness/spec.ts';

const chain = ['a', 'b', 'c', 'd', 'e'];
const clients = 2;

const budgeted = { budgetPermille: 100, reserve: 10 };
/** What many callers do by themselves: three attempts each, and a deadline of their own. */
const unbudgeted = { isBudgeted: false, handsOnDeadlines: false };

export const retryStorm = scenarioOf({
  name: 'retry-storm',
  claim:
    'Where retries have a budget and deadlines are handed on, a chain of five services is back soon after its last one stood still under a surge.',
  promises: ['no-amplification', 'recovers-after-surge'],
  expect: 'holds',
  retries: budgeted,
});

export const retryStormUnbudgeted = scenarioOf({
  name: 'retry-storm-unbudgeted',
  claim:
    'Where each of five services tries three times by itself, the same surge keeps the chain down for good.',
  promises: ['recovers-after-surge'],
  expect: 'violated',
  retries: unbudgeted,
});

function scenarioOf({
  retries,
  ...rest
}: Pick<Scenario, 'name' | 'claim' | 'promises' | 'expect'> & { retries: Json }): Scenario {
  return defineScenario({
    ...rest,
    environments: ['simulation'],
    story: (draw) => ({ ...stormOn(draw), extra: { ...extra, retries } }),
  });
}

/** No other mechanism takes the load off: only the budget is on trial. */
const extra = {
  modes: false,
  isFailFast: true,
  breaker: { failureThreshold: 1_000_000 },
  // 80 calls a second, of which 20 are used.
  admission: { workers: 1, serviceUs: 12_500 },
} as const;

function stormOn(draw: Prng): Story {
  const atUs = secondsUs(5);
  const surgeUs = secondsUs(2) + draw.below(secondsUs(1));
  const forUs = secondsUs(25);
  const shape = cluster({
    servers: 1,
    services: chain.map((name, i) => ({
      name,
      instances: 1,
      calls: chain.slice(i + 1, i + 2),
    })),
    clients,
  });
  return {
    shape,
    faults: [
      {
        kind: 'pause',
        atUs,
        untilUs: atUs + secondsUs(1) + draw.below(secondsUs(1)),
        nodes: { of: 'service', service: 'e' },
      },
    ],
    clients: loadOperations(draw.fork('load'), {
      clients,
      each: { f: 'request' },
      key: 'a',
      rate: [
        [0, 20],
        [atUs, 20],
        [atUs, draw.between(60, 120)],
        [atUs + surgeUs, 20],
      ],
      forUs,
    }),
    durationUs: forUs + secondsUs(2),
    deadlineUs: secondsUs(1.5),
  };
}
