/** Configuration changes in quick succession while pushes overtake one another, and then it rests. */
import {
  cluster,
  defineScenario,
  interleave,
  kvOperations,
  requestOperations,
  secondsUs,
} from '../../harness/spec.ts';

export const configChanges = defineScenario({
  name: 'config-changes',
  claim:
    'When configuration changes quickly over links that reorder and the leader is lost meanwhile, no copy goes back to an older version, and all end up with the last one.',
  promises: [
    'config-converges',
    'copies-advance',
    'copies-agree',
    'linearizable',
    'election-safety',
  ],
  // Real connections keep their order: there nothing overtakes.
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({
      servers: 3,
      services: [
        { name: 'front', instances: 2, calls: ['back'] },
        { name: 'back', instances: 2 },
      ],
      clients: 3,
    });
    const delayUs = draw.between(20_000, 150_000);
    const crashUs = secondsUs(draw.between(6, 14));
    return {
      shape,
      faults: [
        {
          kind: 'latency',
          atUs: secondsUs(1),
          untilUs: secondsUs(20),
          delayUs,
          jitterUs: delayUs,
          links: { from: { of: 'servers' }, to: { of: 'everyone' }, bothWays: false },
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + draw.between(500_000, 3_000_000),
          nodes: { of: 'leader' },
        },
      ],
      clients: interleave(
        kvOperations(draw.fork('config'), {
          clients: 3,
          count: 50,
          pauseUs: 200_000,
          keys: 3,
          mix: { read: 2, write: 6, cas: 1, delete: 1 },
          prefix: 'config/',
        }),
        requestOperations(draw.fork('requests'), {
          clients: 3,
          count: 5,
          pauseUs: secondsUs(1),
          services: ['front'],
        }),
      ),
      durationUs: secondsUs(70),
    };
  },
});
