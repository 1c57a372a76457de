/**
 * A sync fails (EIO). What was to become durable is gone from the cache as well, so that a second sync that
 * succeeds proves nothing: whoever goes on has lost it (fsyncgate). A node of ours stops.
 */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DiskFailureFault extends NodeFault {
  readonly kind: 'disk-failure';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'disk-failure': DiskFailureFault;
  }
}

export const diskFailure: FaultDefinition<DiskFailureFault> = {
  kind: 'disk-failure',
  line: 'a sync of the disk fails, and what it was to make durable never is',
  on: 'nodes',
  fields: {},
  scope: 'disk',
  harms: ['ends-nodes', 'breaks-disks'],
  draw: (draw, shape, interval) => ({
    kind: 'disk-failure',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `syncs fail on the disk of ${target}`,
  simulate: (_, ports) => ports.troubleDisk('fails'),
  inject: (_, ports) => ports.troubleDisk('fails'),
  figure: () => 'failed-syncs',
};
