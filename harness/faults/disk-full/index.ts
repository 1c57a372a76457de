/** A full disk: nothing that is written meanwhile is durable before there is room again. */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DiskFullFault extends NodeFault {
  readonly kind: 'disk-full';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'disk-full': DiskFullFault;
  }
}

export const diskFull: FaultDefinition<DiskFullFault> = {
  kind: 'disk-full',
  line: 'there is no room on the disk: what is to be written waits',
  on: 'nodes',
  fields: {},
  scope: 'disk',
  harms: ['slows-nodes', 'breaks-disks'],
  draw: (draw, shape, interval) => ({
    kind: 'disk-full',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `no room on the disk of ${target}`,
  simulate: (_, ports) => ports.troubleDisk('full'),
  inject: (_, ports) => ports.troubleDisk('full'),
  figure: () => 'refused-writes',
};
