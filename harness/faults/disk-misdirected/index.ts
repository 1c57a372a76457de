/**
 * A misdirected write: it is whole, and lies in the place of an earlier one; what was to be in its own place is not
 * there. Its sum is right, so that only a record that says where it belongs gives it away (Bairavasundaram et al.,
 * An analysis of data corruption in the storage stack, FAST 2008, section 2).
 */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DiskMisdirectedFault extends NodeFault {
  readonly kind: 'disk-misdirected';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'disk-misdirected': DiskMisdirectedFault;
  }
}

export const diskMisdirected: FaultDefinition<DiskMisdirectedFault> = {
  kind: 'disk-misdirected',
  line: 'the last write lies in the place of an earlier one, and is where it belongs at the end',
  on: 'nodes',
  fields: {},
  scope: 'disk',
  by: 'our-disk',
  harms: ['ends-nodes', 'breaks-disks'],
  draw: (draw, shape, interval) => ({
    kind: 'disk-misdirected',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `writes land elsewhere on the disk of ${target}`,
  simulate: (_, ports) => ports.troubleDisk('misdirected'),
  inject: (_, ports) => ports.troubleDisk('misdirected'),
  figure: () => 'misplaced-writes',
};
