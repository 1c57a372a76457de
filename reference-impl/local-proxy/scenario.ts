/** Instances come and go; then the registry is gone and a caller starts anew; then it loses every instance at once. */
import { cluster, defineScenario, requestOperations, secondsUs } from '../../harness/spec.ts';

const [servers, fronts] = [3, 3];

export const proxiesServeOn = defineScenario({
  name: 'proxies-serve-on',
  claim:
    'Callers with a proxy beside them go on when the registry is gone, when they start while it is, and when it has lost every instance; when it is back they follow it.',
  promises: ['proxy-serves-on', 'proxy-follows-registry'],
  environments: ['simulation'],
  story(draw) {
    const backs = draw.pick([3, 4, 5]);
    const shape = cluster({
      servers,
      services: [
        { name: 'front', instances: fronts, calls: ['back'] },
        { name: 'back', instances: backs },
      ],
      clients: 1,
    });
    const front = servers + draw.below(fronts);
    const back = servers + fronts + draw.below(backs);
    const goneUs = secondsUs(draw.between(60, 66));
    const startsUs = goneUs + secondsUs(draw.between(5, 10));
    const lostUs = secondsUs(draw.between(110, 116));
    return {
      shape,
      faults: [
        {
          kind: 'crash',
          atUs: secondsUs(draw.between(8, 12)),
          // Its lease has ended by then.
          untilUs: secondsUs(draw.between(48, 52)),
          nodes: { of: 'node', node: back },
        },
        {
          kind: 'crash',
          atUs: goneUs,
          untilUs: goneUs + secondsUs(30),
          nodes: { of: 'servers' },
        },
        {
          kind: 'crash',
          atUs: startsUs,
          untilUs: startsUs + secondsUs(draw.between(1, 4)),
          nodes: { of: 'node', node: front },
        },
        {
          // Nobody can renew a lease, and all of them serve.
          kind: 'partition',
          mode: 'drop',
          atUs: lostUs,
          untilUs: lostUs + secondsUs(45),
          links: {
            from: { of: 'service', service: 'back' },
            to: { of: 'servers' },
            bothWays: true,
          },
        },
        {
          kind: 'crash',
          atUs: secondsUs(165),
          untilUs: secondsUs(203),
          nodes: { of: 'node', node: back },
        },
      ],
      clients: requestOperations(draw.fork('requests'), {
        clients: 1,
        count: 106,
        pauseUs: secondsUs(2),
        services: ['front'],
      }),
      durationUs: secondsUs(220),
      deadlineUs: secondsUs(1),
      extra: { modes: false, trafficUs: 500_000, localProxy: {} },
    };
  },
});
