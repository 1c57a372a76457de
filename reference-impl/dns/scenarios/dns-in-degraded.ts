/** Most servers are gone for a while: lists get old, and what is left answers DNS for as long as its copy is good. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../../harness/spec.ts';
import { drawOperations, sideBySide } from '../../../harness/spec.ts';

const servers = 3;

export const dnsInDegraded = defineScenario({
  name: 'dns-in-degraded',
  claim:
    'When the registry cannot confirm their lists any more, Degraded callers go by answers of DNS as long as somebody gives them, by their own old lists after that, and by neither in Target.',
  promises: ['dns-as-fallback', 'dns-ttl', 'srv-order', 'mode-behaviours'],
  environments: ['simulation'],
  story(draw) {
    const goneUs = secondsUs(draw.between(15, 20));
    const backUs = goneUs + secondsUs(draw.between(80, 90));
    const durationUs = backUs + secondsUs(40);
    const lost = draw.shuffle([0, 1, 2]).slice(0, 2);
    return {
      shape: cluster({
        servers,
        services: [
          { name: 'front', instances: 2, calls: ['back'] },
          { name: 'back', instances: 3 },
        ],
        clients: 2,
      }),
      faults: [
        { kind: 'crash', atUs: goneUs, untilUs: backUs, nodes: { of: 'nodes', nodes: lost } },
      ],
      clients: sideBySide(
        loadOperations(draw.fork('load'), {
          clients: 1,
          each: { f: 'request' },
          key: 'front',
          rate: 10,
          forUs: durationUs - secondsUs(5),
        }),
        drawOperations(
          draw.fork('names'),
          { clients: 1, count: Math.floor(durationUs / secondsUs(1)) - 2, pauseUs: secondsUs(1) },
          () => ({ f: 'resolve', key: 'back', value: null }),
        ),
      ),
      durationUs,
      deadlineUs: secondsUs(1),
      extra: { dns: { isFallback: true } },
    };
  },
});
