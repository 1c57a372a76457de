/** A zone is cut off or lost, then the registry of another alone. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';
import { federated, questions, sides } from './shape.ts';

export const zoneLost = defineScenario({
  name: 'zone-lost',
  claim:
    'While a zone is cut off or lost its callers are told of the rest of its region, and while only its registry is lost its instances are found still.',
  promises: ['local-first', 'found-elsewhere', 'withdrawn-spared'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const shape = federated();
    const zones = draw.shuffle([0, 1, 2, 3, 4, 5]);
    const [zone = 0, other = 1] = zones;
    const { here, away } = sides(shape, [zone]);
    const atUs = secondsUs(draw.between(30, 40));
    const untilUs = atUs + secondsUs(draw.between(40, 50));
    const laterUs = untilUs + secondsUs(draw.between(5, 20));
    const cut: Fault = {
      kind: 'partition',
      mode: 'drop',
      atUs,
      untilUs,
      links: {
        from: { of: 'nodes', nodes: here },
        to: { of: 'nodes', nodes: away },
        bothWays: true,
      },
    };
    // What is left without an instance has its registry still, and answers by others.
    const instances = here.filter((n) => shape.nodes[n]?.role === 'service');
    const lost = (draw.below(2) === 0 ? here : instances).map((node): Fault => ({
      kind: 'crash',
      atUs,
      untilUs,
      nodes: { of: 'node', node },
    }));
    const durationUs = laterUs + secondsUs(60);
    return {
      shape,
      faults: [
        ...(draw.below(2) === 0 ? [cut] : lost),
        {
          kind: 'crash',
          atUs: laterUs,
          untilUs: laterUs + secondsUs(30),
          nodes: { of: 'node', node: other },
        },
      ],
      clients: questions(draw.fork('questions'), durationUs),
      durationUs,
      deadlineUs: secondsUs(1),
      extra: { modes: false, federation: {} },
    };
  },
});
