/** Nothing passes: lost, held back until the heal, or refused. */
import { z } from 'zod';
import type { PartitionFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { onLinks } from '../schema.ts';

export const partition: FaultDefinition<PartitionFault> = {
  kind: 'partition',
  schema: z.object({
    kind: z.literal('partition'),
    mode: z.enum(['drop', 'stall', 'refuse']),
    ...onLinks,
  }),
  scope: 'link',
  stopsNode: false,
  draw(draw, shape, interval) {
    const mode = draw.pick(['drop', 'drop', 'stall', 'refuse'] as const);
    return { kind: 'partition', ...interval, mode, links: drawLinks(draw, shape) };
  },
  describe: (fault, target) => `partition (${fault.mode}) ${target}`,
  simulate: ({ mode }, ports) => ports.onLinks({ partition: mode }),
  inject: ({ mode }, ports) => ports.onLinks({ kind: 'partition', mode }),
};
