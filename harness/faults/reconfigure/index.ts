/**
 * Members are taken out by the system's own operation, and taken in again at the end: what an operator does to
 * replace a machine, and Jepsen's membership nemesis. Processes of the reference cluster go on, and may not notice;
 * those of a product are stopped meanwhile, and come back with an empty disk.
 */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface ReconfigureFault extends NodeFault {
  readonly kind: 'reconfigure';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly reconfigure: ReconfigureFault;
  }
}

export const reconfigure: FaultDefinition<ReconfigureFault> = {
  kind: 'reconfigure',
  line: 'members are taken out by the operation of the system, and taken in again at the end',
  on: 'nodes',
  fields: {},
  scope: 'inside',
  asksSystem: true,
  harms: ['removes-members'],
  draw: (draw, shape, interval) => ({
    kind: 'reconfigure',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `out of the members: ${target}`,
  simulate: (_, ports) => ports.takeOut(),
  inject: (_, ports) => ports.takeOut(),
  figure: () => 'changed-members',
};
