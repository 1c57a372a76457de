/** A torn write: a crash in the interval leaves half a record behind what was durable. */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DiskTornFault extends NodeFault {
  readonly kind: 'disk-torn';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'disk-torn': DiskTornFault;
  }
}

export const diskTorn: FaultDefinition<DiskTornFault> = {
  kind: 'disk-torn',
  line: 'a crash leaves a damaged record behind what was durable',
  on: 'nodes',
  fields: {},
  scope: 'disk',
  harms: ['breaks-disks'],
  draw: (draw, shape, interval) => ({
    kind: 'disk-torn',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `the next crash tears the tail on the disk of ${target}`,
  simulate: (_, ports) => ports.troubleDisk('torn'),
};
