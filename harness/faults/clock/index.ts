/** The wall clock jumps, the monotonic one runs at another rate. */
import { z } from 'zod';
import { formatDuration } from '../../core/duration.ts';
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface ClockFault extends NodeFault {
  readonly kind: 'clock';
  /** Jump of the wall clock at the beginning, taken back at the end. */
  readonly jumpUs: number;
  /** Rate error of the monotonic clock meanwhile, parts per million. */
  readonly driftPpm: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly clock: ClockFault;
  }
}

export const clock: FaultDefinition<ClockFault> = {
  kind: 'clock',
  line: 'the wall clock jumps, the monotonic one runs at another rate',
  on: 'nodes',
  fields: { jumpUs: z.int(), driftPpm: z.number() },
  scope: 'inside',
  harms: ['skews-clocks'],
  draw(draw, shape, interval) {
    const jumpUs = draw.between(-5_000_000, 5_000_000);
    const driftPpm = draw.between(-1_000, 1_000);
    return { kind: 'clock', ...interval, nodes: drawNodes(draw, shape), jumpUs, driftPpm };
  },
  describe: ({ jumpUs, driftPpm }, target) =>
    `clock ${formatDuration(Math.abs(jumpUs))} ${jumpUs < 0 ? 'back' : 'ahead'}, drift ${driftPpm} ppm, of ${target}`,
  driftPpm: (fault) => Math.abs(fault.driftPpm),
  simulate: ({ jumpUs, driftPpm }, ports) => ports.skewClock({ jumpUs, driftPpm }),
  inject: ({ jumpUs, driftPpm }, ports) => ports.skewClock({ jumpUs, driftPpm }),
  figure: () => 'skewed-reads',
};
