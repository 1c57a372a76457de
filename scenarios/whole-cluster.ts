/** A day of a cluster in small: an instance dies and returns, a server is cut off, configuration changes, calls go on. */
import {
  cluster,
  defineScenario,
  interleave,
  kvOperations,
  requestOperations,
  secondsUs,
} from '../harness/index.ts';

export const wholeCluster = defineScenario({
  name: 'whole-cluster',
  claim:
    'While an instance is lost and comes back and a server is cut off, services are found, configuration agrees, failures stay where they are, and load is shared once all is well.',
  promises: ['coordination', 'linearizable', 'executed-once'],
  story(draw, policyUs) {
    const shape = cluster({
      servers: 3,
      services: [
        { name: 'front', instances: 2, calls: ['back'] },
        { name: 'back', instances: 3 },
      ],
      clients: 3,
    });
    const crashUs = policyUs(secondsUs(5)) + draw.below(1_000_000);
    const cutUs = policyUs(secondsUs(20)) + draw.below(1_000_000);
    return {
      shape,
      faults: [
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + policyUs(secondsUs(draw.between(20, 50))),
          nodes: { of: 'node', node: shape.nodes.findIndex((n) => n.service === 'back') },
        },
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + draw.between(1_000_000, 5_000_000),
          links: { from: { of: 'leader' }, to: { of: 'servers' }, bothWays: true },
        },
      ],
      clients: interleave(
        kvOperations(draw.fork('config'), {
          clients: 3,
          count: 20,
          pauseUs: policyUs(secondsUs(1)),
          keys: 3,
          mix: { read: 3, write: 4, cas: 2 },
          prefix: 'config/',
        }),
        requestOperations(draw.fork('requests'), {
          clients: 3,
          count: 200,
          pauseUs: policyUs(secondsUs(1)),
          services: ['front', 'back'],
        }),
      ),
      durationUs: policyUs(secondsUs(180)) + secondsUs(10),
      extra: { trafficUs: policyUs(500_000) },
    };
  },
});
