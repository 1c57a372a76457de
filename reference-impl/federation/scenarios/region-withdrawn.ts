/** A region is cut off, lost, or left with a few of its instances; later it is back. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import type { Fault, FaultPlan, NodeId, Prng, Shape } from '../../../harness/spec.ts';
import { federated, questions, regions, sides } from './shape.ts';

export const regionWithdrawn = defineScenario({
  name: 'region-withdrawn',
  claim:
    'While a region is cut off, lost or not well, the nearest healthy one takes over and nobody is sent there; it counts again when it has been well for a while.',
  promises: ['withdrawn-spared', 'returns-settled', 'found-elsewhere', 'local-first'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const shape = federated();
    const atUs = secondsUs(draw.between(35, 45));
    const untilUs = atUs + secondsUs(draw.between(40, 50));
    const durationUs = untilUs + secondsUs(90);
    const everyone = { of: 'everyone' } as const;
    const loss: Fault = {
      kind: 'loss',
      atUs: secondsUs(1),
      untilUs: durationUs - secondsUs(1),
      permille: draw.below(30),
      links: { from: everyone, to: everyone, bothWays: false },
    };
    return {
      shape,
      faults: [...lossOf(draw, shape, { atUs, untilUs }), loss],
      clients: questions(draw.fork('questions'), durationUs),
      durationUs,
      deadlineUs: secondsUs(1),
      extra: { modes: false, federation: {} },
    };
  },
});

function lossOf(
  draw: Prng,
  shape: Shape,
  during: { readonly atUs: number; readonly untilUs: number },
): FaultPlan {
  const how = draw.below(3);
  // Of the last region, which has two instances, most cannot be lost.
  const region = draw.below(how === 2 ? regions - 1 : regions);
  const { here, away } = sides(shape, [2 * region, 2 * region + 1]);
  const crashOf = (node: NodeId): Fault => ({
    kind: 'crash',
    ...during,
    nodes: { of: 'node', node },
  });
  if (how === 0) {
    const links = {
      from: { of: 'nodes', nodes: here },
      to: { of: 'nodes', nodes: away },
      bothWays: true,
    } as const;
    return [{ kind: 'partition', mode: 'drop', ...during, links }];
  }
  if (how === 1) return here.map(crashOf);
  // Its registries go on, and say that most of its instances are lost.
  const instances = here.filter((n) => shape.nodes[n]?.role === 'service');
  return draw
    .shuffle([...instances])
    .slice(0, instances.length - 1)
    .map(crashOf);
}
