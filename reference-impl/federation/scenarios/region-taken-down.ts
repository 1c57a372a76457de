/** Most instances of a region are told to stop, one after the other, and come back later. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';
import { federated, questions, sides } from './shape.ts';

export const regionTakenDown = defineScenario({
  name: 'region-taken-down',
  claim:
    'Who says goodbye is named no more at once, and a region that is taken down but for one instance is not taken for lost.',
  promises: ['leavers-forgotten', 'local-first', 'found-elsewhere', 'withdrawn-spared'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const shape = federated();
    // `cart` is in the first two regions alone.
    const region = draw.below(2);
    const { here } = sides(shape, [2 * region, 2 * region + 1]);
    const instances = draw.shuffle(here.filter((n) => shape.nodes[n]?.role === 'service'));
    let atUs = secondsUs(draw.between(35, 40));
    const stops = instances.slice(1).map((node): Fault => {
      atUs += secondsUs(1) + draw.below(secondsUs(3));
      const untilUs = atUs + secondsUs(draw.between(20, 35));
      return { kind: 'crash', clean: true, atUs, untilUs, nodes: { of: 'node', node } };
    });
    const durationUs = atUs + secondsUs(60);
    return {
      shape,
      faults: stops,
      clients: questions(draw.fork('questions'), durationUs),
      durationUs,
      deadlineUs: secondsUs(1),
      extra: { modes: false, federation: {} },
    };
  },
});
