/** Bit rot: a durable record, not the last, is damaged from the beginning of the interval to its end. */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DiskRotFault extends NodeFault {
  readonly kind: 'disk-rot';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'disk-rot': DiskRotFault;
  }
}

export const diskRot: FaultDefinition<DiskRotFault> = {
  kind: 'disk-rot',
  line: 'a record that was durable is damaged, and sound again at the end',
  on: 'nodes',
  fields: {},
  scope: 'disk',
  harms: ['ends-nodes', 'breaks-disks'],
  draw: (draw, shape, interval) => ({
    kind: 'disk-rot',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `a record is damaged on the disk of ${target}`,
  simulate: (_, ports) => ports.troubleDisk('rotten'),
};
