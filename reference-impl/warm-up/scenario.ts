/** Black Friday: fifty times the load within a minute, and instances that join, are found and warm up meanwhile. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../harness/spec.ts';
import type { Prng, Story } from '../../harness/spec.ts';

const servers = 1;
const clients = 4;
/** 50,000 calls a second each. */
const admission = {
  workers: 100,
  serviceUs: 2_000,
  queueMax: 10_000,
  coldPermille: 8_000,
  coldUs: secondsUs(5),
};
const opensUs = secondsUs(4);
const growsUs = secondsUs(28);
const forUs = opensUs + growsUs + secondsUs(5);

/** Calls a second at the beginning and at the end, and instances: there from the beginning, and those that join. */
interface Size {
  readonly low: number;
  readonly high: number;
  readonly first: number;
  readonly joiners: number;
}

export const blackFriday = defineScenario({
  name: 'black-friday',
  claim:
    'While the load grows from 10,000 to 500,000 requests a second, instances that join are found, warmed up and used, and nobody waits for them.',
  promises: ['newcomers-spared', 'newcomers-used', 'growth-carried'],
  environments: ['simulation'],
  story: (draw) => fridayOf(draw, { low: 10_000, high: 500_000, first: 3, joiners: 11 }),
});

/** As far as one machine with real sockets has room. */
export const scaledBlackFriday = defineScenario({
  name: 'black-friday-scaled',
  claim:
    'While the load grows from 2,000 to 100,000 requests a second, instances that join are found, warmed up and used.',
  promises: ['newcomers-spared', 'newcomers-used', 'growth-carried'],
  story: (draw) => fridayOf(draw, { low: 2_000, high: 100_000, first: 1, joiners: 2 }),
});

function fridayOf(draw: Prng, size: Size): Story {
  const { low, high, first, joiners } = size;
  return {
    shape: cluster({
      servers,
      services: [{ name: 'shop', instances: first + joiners }],
      clients,
    }),
    faults: Array.from({ length: joiners }, (_, i) => ({
      kind: 'crash' as const,
      clean: true,
      atUs: 0,
      untilUs: joinsUs(draw, i, size),
      nodes: { of: 'node' as const, node: servers + first + i },
    })),
    clients: loadOperations(draw.fork('load'), {
      clients,
      each: { f: 'request', value: { count: '$count' } },
      key: 'shop',
      rate: [
        [0, low],
        [opensUs, low],
        [opensUs + growsUs, high],
      ],
      forUs,
      togetherUs: 10_000,
      // By then whoever is to join has left all lists.
      afterUs: secondsUs(1),
    }),
    durationUs: forUs + secondsUs(3),
    deadlineUs: secondsUs(0.3),
    extra: {
      modes: false,
      breaker: { failureThreshold: 1_000_000 },
      admission,
      backpressure: {},
      warmUp: { warmUpUs: secondsUs(8) },
    },
  };
}

/** When it has to be up, so that it is warm when the load needs it: what is asked is 70 % of what can be done, then. */
function joinsUs(draw: Prng, i: number, { low, high, first }: Size): number {
  const carried = (0.7 * (first + i) * admission.workers * secondsUs(1)) / admission.serviceUs;
  const neededUs = secondsUs(1) + opensUs + (growsUs * (carried - low)) / (high - low);
  const leadUs = admission.coldUs + secondsUs(4) + draw.below(secondsUs(0.5));
  return Math.max(secondsUs(0.2), Math.round(neededUs - leadUs));
}
