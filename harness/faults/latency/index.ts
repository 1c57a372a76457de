/** Messages arrive later. */
import { z } from 'zod';
import type { LatencyFault } from '../../core/fault.ts';
import { formatDuration } from '../../core/duration.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { delay, onLinks } from '../schema.ts';

export const latency: FaultDefinition<LatencyFault> = {
  kind: 'latency',
  schema: z.object({ kind: z.literal('latency'), delayUs: delay, jitterUs: delay, ...onLinks }),
  scope: 'link',
  stopsNode: false,
  draw(draw, shape, interval) {
    const delayUs = draw.between(1_000, 300_000);
    const jitterUs = delayUs >> 1;
    return { kind: 'latency', ...interval, delayUs, jitterUs, links: drawLinks(draw, shape) };
  },
  describe: ({ delayUs, jitterUs }, target) =>
    `latency ${formatDuration(delayUs)} ± ${formatDuration(jitterUs)} ${target}`,
  simulate: ({ delayUs, jitterUs }, ports) =>
    ports.onLinks({ delay: (_, d) => Math.max(0, delayUs + d.between(-jitterUs, jitterUs)) }),
  inject: ({ delayUs, jitterUs }, ports) => ports.onLinks({ kind: 'latency', delayUs, jitterUs }),
};
