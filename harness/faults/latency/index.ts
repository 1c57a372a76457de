/** Messages arrive later. */
import { formatDuration } from '../../core/duration.ts';
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { wholeMs } from '../ports.ts';
import { delay } from '../schema.ts';

export interface LatencyFault extends LinkFault {
  readonly kind: 'latency';
  readonly delayUs: number;
  /** Uniform, added to or taken from the delay. */
  readonly jitterUs: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly latency: LatencyFault;
  }
}

export const latency: FaultDefinition<LatencyFault> = {
  kind: 'latency',
  line: 'messages arrive later, by a time that varies',
  on: 'links',
  fields: { delayUs: delay, jitterUs: delay },
  scope: 'link',
  harms: ['delays-messages'],
  draw(draw, shape, interval) {
    const delayUs = draw.between(1_000, 300_000);
    const jitterUs = delayUs >> 1;
    return { kind: 'latency', ...interval, delayUs, jitterUs, links: drawLinks(draw, shape) };
  },
  describe: ({ delayUs, jitterUs }, target) =>
    `latency ${formatDuration(delayUs)} ± ${formatDuration(jitterUs)} ${target}`,
  simulate: ({ delayUs, jitterUs }, ports) =>
    ports.onLinks({ pass: (_, d) => Math.max(0, delayUs + d.between(-jitterUs, jitterUs)) }),
  inject({ delayUs, jitterUs }, ports) {
    const attributes = { latency: wholeMs(delayUs), jitter: wholeMs(jitterUs) };
    return ports.onLinks({ toxics: [{ type: 'latency', attributes }] });
  },
  figure: () => 'delayed-bytes',
};
