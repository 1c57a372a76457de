/** Lost syncs: a disk whose cache is lost with the power. Nothing shows it but a crash. */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DiskLiesFault extends NodeFault {
  readonly kind: 'disk-lies';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'disk-lies': DiskLiesFault;
  }
}

export const diskLies: FaultDefinition<DiskLiesFault> = {
  kind: 'disk-lies',
  line: 'a sync of the disk says that it is done, and nothing is durable: a crash takes it',
  on: 'nodes',
  fields: {},
  scope: 'disk',
  harms: ['breaks-disks'],
  draw: (draw, shape, interval) => ({
    kind: 'disk-lies',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `syncs are feigned on the disk of ${target}`,
  simulate: (_, ports) => ports.troubleDisk('lies'),
  inject: (_, ports) => ports.troubleDisk('lies'),
  figure: () => 'false-syncs',
};
