/** SIGKILL, and a start from disk at the end. */
import { z } from 'zod';
import type { CrashFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { onNodes } from '../schema.ts';

export const crash: FaultDefinition<CrashFault> = {
  kind: 'crash',
  schema: z.object({ kind: z.literal('crash'), ...onNodes }),
  scope: 'process',
  stopsNode: true,
  draw(draw, shape, interval) {
    return { kind: 'crash', ...interval, nodes: drawNodes(draw, shape) };
  },
  describe: (_, target) => `crash ${target}`,
  simulate: (_, ports) => ports.crash(),
  inject: (_, ports) => ports.crash(),
};
