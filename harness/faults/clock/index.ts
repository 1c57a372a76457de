/** The wall clock jumps, the monotonic one runs at another rate. */
import { z } from 'zod';
import type { ClockFault } from '../../core/fault.ts';
import { formatDuration } from '../../core/duration.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { onNodes } from '../schema.ts';

export const clock: FaultDefinition<ClockFault> = {
  kind: 'clock',
  schema: z.object({
    kind: z.literal('clock'),
    jumpUs: z.number().int(),
    driftPpm: z.number().int(),
    ...onNodes,
  }),
  scope: 'inside',
  stopsNode: false,
  draw(draw, shape, interval) {
    const jumpUs = draw.between(-5_000_000, 5_000_000);
    const driftPpm = draw.between(-1_000, 1_000);
    return { kind: 'clock', ...interval, nodes: drawNodes(draw, shape), jumpUs, driftPpm };
  },
  describe: ({ jumpUs, driftPpm }, target) =>
    `clock ${formatDuration(Math.abs(jumpUs))} ${jumpUs < 0 ? 'back' : 'ahead'}, drift ${driftPpm} ppm, of ${target}`,
  simulate: ({ jumpUs, driftPpm }, ports) => ports.skewClock({ jumpUs, driftPpm }),
  inject: ({ jumpUs, driftPpm }, ports) => ports.skewClock({ jumpUs, driftPpm }),
};
