/** All caches are lost at once, under load; later what they cache for stands still for longer than answers may be old. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../harness/spec.ts';

const fronts = 2;
/** What all callers together want first after the loss, 40 answers, is 0.4 s of work. */
const keys = 20;
const admission = { service: 'back', workers: 10, serviceUs: 100_000, isBounded: false };
const rate = 1_000;

export const thunderingHerd = defineScenario({
  name: 'thundering-herd',
  claim:
    'When all caches are lost under ten times the load that their dependency can bear, one call for each answer fills them again; and what was kept is served no longer than its time.',
  promises: ['asked-once', 'answers-in-their-time', 'recovers-after-surge'],
  environments: ['simulation'],
  story(draw) {
    const forUs = secondsUs(32);
    const lostUs = secondsUs(5) + draw.below(secondsUs(1));
    const stillUs = secondsUs(12);
    return {
      shape: cluster({
        servers: 1,
        services: [
          { name: 'front', instances: fronts, calls: ['back'] },
          { name: 'back', instances: 1 },
        ],
        clients: 2,
      }),
      faults: [
        {
          kind: 'crash',
          atUs: lostUs,
          untilUs: lostUs + secondsUs(1) + draw.below(secondsUs(1)),
          nodes: { of: 'service', service: 'front' },
        },
        {
          kind: 'pause',
          atUs: stillUs,
          untilUs: stillUs + secondsUs(6) + draw.below(secondsUs(1)),
          nodes: { of: 'service', service: 'back' },
        },
      ],
      clients: loadOperations(draw.fork('load'), {
        clients: 2,
        each: { f: 'request' },
        key: 'front/',
        keys: { count: keys, distribution: 'uniform' },
        // Who begins with empty caches is no herd yet.
        rate: [
          [0, 30],
          [secondsUs(3), rate],
        ],
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        isFailFast: true,
        breaker: { failureThreshold: 1_000_000 },
        admission,
        answerCache: { freshUs: secondsUs(3), staleUsMax: secondsUs(4) },
      },
    };
  },
});
