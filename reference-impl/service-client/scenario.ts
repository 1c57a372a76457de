/** One caller loses sight of an instance of its zone, then of all of them, and finds them again. */
import { cluster, defineScenario, requestOperations, secondsUs } from '../../harness/spec.ts';
import type { Fault, NodeId } from '../../harness/spec.ts';

const servers = 3;
const zones = 2;

export const zoneLoss = defineScenario({
  name: 'zone-loss',
  claim:
    'A caller keeps to its own zone while anybody there answers its checks, leaves it when nobody does, and comes back.',
  promises: ['zone-preferred', 'resilience', 'mode-transitions', 'evidence-freshness'],
  story(draw, policyUs) {
    const backs = draw.pick([4, 5, 6]);
    const shape = cluster({
      servers,
      services: [
        { name: 'front', instances: 2, calls: ['back'] },
        { name: 'back', instances: backs },
      ],
      clients: 1,
      zones,
    });
    const caller = servers + draw.below(2);
    const zone = shape.nodes[caller]?.zone;
    const near = draw.shuffle(
      [...shape.nodes.entries()].flatMap(([i, n]) =>
        n.service === 'back' && n.zone === zone ? [i] : [],
      ),
    );
    const lasting = (): number => policyUs(secondsUs(draw.between(25, 60)));
    const oneUs = policyUs(secondsUs(40));
    const oneEndUs = oneUs + lasting();
    const allUs = oneEndUs + policyUs(secondsUs(draw.between(15, 40)));
    const allEndUs = allUs + lasting();
    const durationUs = allEndUs + policyUs(secondsUs(60));
    const pauseUs = policyUs(secondsUs(2));
    return {
      shape,
      faults: [
        unseen(caller, near.slice(0, 1), oneUs, oneEndUs),
        unseen(caller, near, allUs, allEndUs),
      ],
      clients: requestOperations(draw.fork('operations'), {
        clients: 1,
        count: Math.floor(durationUs / pauseUs),
        pauseUs,
        services: ['front'],
      }),
      durationUs,
      extra: { isZonePreferred: true, trafficUs: policyUs(secondsUs(1)) >> 2 },
    };
  },
});

/** The registry goes on to list them: only checks and calls show it. */
function unseen(caller: NodeId, nodes: readonly NodeId[], atUs: number, untilUs: number): Fault {
  const links = {
    from: { of: 'node', node: caller },
    to: { of: 'nodes', nodes },
    bothWays: true,
  } as const;
  return { kind: 'partition', mode: 'drop', atUs, untilUs, links };
}
