/** Every sync takes longer. */
import { formatDuration } from '../../core/duration.ts';
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { delay } from '../schema.ts';

export interface DiskFault extends NodeFault {
  readonly kind: 'disk';
  /** Longer than the interval: a stalled disk. */
  readonly delayUs: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly disk: DiskFault;
  }
}

export const disk: FaultDefinition<DiskFault> = {
  kind: 'disk',
  line: 'every sync of its disk takes longer',
  on: 'nodes',
  fields: { delayUs: delay },
  scope: 'disk',
  harms: ['slows-nodes'],
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
  figure: () => 'delayed-syncs',
};
