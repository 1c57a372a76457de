/** Every sync takes longer. */
import { z } from 'zod';
import type { DiskFault } from '../../core/fault.ts';
import { formatDuration } from '../../core/duration.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { delay, onNodes } from '../schema.ts';

export const disk: FaultDefinition<DiskFault> = {
  kind: 'disk',
  schema: z.object({ kind: z.literal('disk'), delayUs: delay, ...onNodes }),
  scope: 'inside',
  stopsNode: true,
  draw(draw, shape, interval) {
    return {
      kind: 'disk',
      ...interval,
      nodes: drawNodes(draw, shape),
      delayUs: draw.between(5_000, 500_000),
    };
  },
  describe: (fault, target) => `disk slower by ${formatDuration(fault.delayUs)} on ${target}`,
  simulate: ({ delayUs }, ports) => ports.slowDisk(delayUs),
  inject: ({ delayUs }, ports) => ports.slowDisk(delayUs),
};
