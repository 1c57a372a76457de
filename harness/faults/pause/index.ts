/** SIGSTOP and SIGCONT: the process stands still. */
import { z } from 'zod';
import type { PauseFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { onNodes } from '../schema.ts';

export const pause: FaultDefinition<PauseFault> = {
  kind: 'pause',
  schema: z.object({ kind: z.literal('pause'), ...onNodes }),
  scope: 'process',
  stopsNode: true,
  draw(draw, shape, interval) {
    return { kind: 'pause', ...interval, nodes: drawNodes(draw, shape) };
  },
  describe: (_, target) => `pause ${target}`,
  simulate: (_, ports) => ports.pause(),
  inject: (_, ports) => ports.pause(),
};
