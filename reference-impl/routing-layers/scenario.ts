/** An instance dies; one caller loses the registry for longer than a list may serve; another loses everybody. */
import { cluster, defineScenario, requestOperations, secondsUs } from '../../harness/spec.ts';

const [servers, fronts] = [3, 3];

export const cheapLayersFirst = defineScenario({
  name: 'cheap-layers-first',
  claim:
    'Callers serve themselves from memory, go past a dead instance as soon as gossip says so, ask the leader only when that is not enough, and call nobody by a list that is too old.',
  promises: ['layer-bounds', 'cheap-first'],
  environments: ['simulation'],
  story(draw) {
    const backs = draw.pick([3, 4, 5]);
    const gone = servers + fronts + draw.below(backs);
    const [cut, alone] = draw.shuffle([servers, servers + 1, servers + 2]) as [number, number];
    const cutUs = secondsUs(draw.between(20, 40));
    const aloneUs = secondsUs(draw.between(15, 30));
    const shape = cluster({
      servers,
      services: [
        { name: 'front', instances: fronts, calls: ['back'] },
        { name: 'back', instances: backs },
      ],
      clients: 1,
    });
    return {
      shape,
      faults: [
        {
          // Its lease ends later than the run needs to see it gone.
          kind: 'crash',
          atUs: secondsUs(draw.between(6, 10)),
          untilUs: secondsUs(45),
          nodes: { of: 'node', node: gone },
        },
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + secondsUs(draw.between(35, 45)),
          links: { from: { of: 'node', node: cut }, to: { of: 'servers' }, bothWays: true },
        },
        {
          kind: 'partition',
          mode: 'drop',
          atUs: aloneUs,
          untilUs: aloneUs + secondsUs(40),
          links: { from: { of: 'node', node: alone }, to: { of: 'everyone' }, bothWays: true },
        },
      ],
      clients: requestOperations(draw.fork('requests'), {
        clients: 1,
        count: 90,
        pauseUs: secondsUs(1),
        services: ['front'],
      }),
      durationUs: secondsUs(100),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        // Without checks of its own a caller has memory, gossip and the leader.
        generation: 'intent',
        breaker: { failureThreshold: 1_000_000 },
        trafficUs: 200_000,
        routingLayers: {},
      },
    };
  },
});
