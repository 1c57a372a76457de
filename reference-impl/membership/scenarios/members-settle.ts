/** One instance dies for minutes, another is cut off for seconds: who is dead, and who only seemed so? */
import {
  cluster,
  defineScenario,
  minutesUs,
  requestOperations,
  secondsUs,
} from '../../../harness/spec.ts';

export const membersSettle = defineScenario({
  name: 'members-settle',
  claim:
    'When one instance dies and another is only cut off, everybody knows the first dead and the second alive within two minutes, and no old news revives the dead.',
  promises: ['membership', 'discovery', 'election-safety'],
  // Its times are the protocol's: they cannot be divided.
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({
      servers: 3,
      services: [
        { name: 'front', instances: 3, calls: ['back'] },
        { name: 'back', instances: 3 },
      ],
      clients: 2,
    });
    const [dead = 0, lonely = 0] = draw.shuffle(
      shape.nodes.flatMap((n, node) => (n.service === undefined ? [] : [node])),
    );
    const cutUs = secondsUs(draw.between(5, 10));
    // Long enough for the others to bury it; it learns of the other's death only afterwards.
    const healedUs = cutUs + secondsUs(draw.between(30, 60));
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: healedUs,
          links: { from: { of: 'node', node: lonely }, to: { of: 'everyone' }, bothWays: true },
        },
        {
          kind: 'crash',
          atUs: cutUs + secondsUs(1),
          untilUs: healedUs + minutesUs(3),
          nodes: { of: 'node', node: dead },
        },
      ],
      clients: requestOperations(draw.fork('operations'), {
        clients: 2,
        count: 30,
        pauseUs: secondsUs(5),
        services: ['front', 'back'],
      }),
      durationUs: healedUs + minutesUs(4),
      extra: { trafficUs: secondsUs(2) },
    };
  },
});
