/** Reads fail (EIO): a node that starts meanwhile ends at once, and is started again at the end. */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DiskUnreadableFault extends NodeFault {
  readonly kind: 'disk-unreadable';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'disk-unreadable': DiskUnreadableFault;
  }
}

export const diskUnreadable: FaultDefinition<DiskUnreadableFault> = {
  kind: 'disk-unreadable',
  line: 'the disk cannot be read: a node that starts meanwhile finds nothing',
  on: 'nodes',
  fields: {},
  scope: 'disk',
  by: 'our-disk',
  harms: ['ends-nodes', 'breaks-disks'],
  draw: (draw, shape, interval) => ({
    kind: 'disk-unreadable',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `nothing can be read on the disk of ${target}`,
  simulate: (_, ports) => ports.troubleDisk('unreadable'),
  inject: (_, ports) => ports.troubleDisk('unreadable'),
  figure: () => 'failed-reads',
};
