/** Programs that start slowly; one hangs, another is of no use for a while, and a process comes back. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';

const [servers, fronts, backs] = [3, 2, 4];

export const slowStarters = defineScenario({
  name: 'slow-starters',
  claim:
    'A program that starts slowly is waited for, one that hangs is restarted, one that is not ready gets no calls until it is.',
  promises: ['unready-spared', 'restarted-for-cause'],
  environments: ['simulation'],
  story(draw) {
    const first = servers + fronts;
    const all = draw.shuffle(Array.from({ length: backs }, (_, i) => first + i));
    const [hungNode, lameNode, crashed] = all as [number, number, number];
    const crashUs = secondsUs(draw.between(18, 60));
    return {
      shape: cluster({
        servers,
        services: [
          { name: 'front', instances: fronts, calls: ['back'] },
          { name: 'back', instances: backs },
        ],
        clients: 1,
      }),
      faults: [
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(1),
          nodes: { of: 'node', node: crashed },
        },
      ],
      // Services call one another by themselves; a client shows that the cluster is up.
      clients: kvOperations(draw.fork('keys'), {
        clients: 1,
        count: 20,
        pauseUs: secondsUs(3),
        keys: 1,
        mix: { read: 1, write: 1 },
      }),
      durationUs: secondsUs(80),
      extra: {
        modes: false,
        // Without checks of their own callers have the registry alone.
        generation: 'intent',
        breaker: { failureThreshold: 1_000_000 },
        trafficUs: 200_000,
        probes: {
          hungNode,
          hungAtUs: secondsUs(draw.between(25, 35)),
          lameNode,
          lameAtUs: secondsUs(draw.between(25, 45)),
          lameForUs: secondsUs(draw.between(12, 20)),
        },
      },
    };
  },
});
