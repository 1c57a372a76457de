/**
 * Nodes are stopped and started again from their data as another version of their program: one step of a rolling
 * upgrade, and of the way back.
 */
import { z } from 'zod';
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface UpgradeFault extends NodeFault {
  readonly kind: 'upgrade';
  /** The version as the system names it (`MachineForm.versions`, `LaunchPlan.versions`). */
  readonly version: string;
  /** It is not undone: who has been upgraded goes with the run. */
  readonly stays?: true | undefined;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly upgrade: UpgradeFault;
  }
}

export const upgrade: FaultDefinition<UpgradeFault> = {
  kind: 'upgrade',
  line: 'the process is stopped and started as another version, and back at the end (unless stays: true)',
  on: 'nodes',
  fields: { version: z.string().min(1), stays: z.literal(true).optional() },
  scope: 'process',
  by: 'our-process',
  harms: ['ends-nodes'],
  draw: (draw, shape, interval) => ({
    kind: 'upgrade',
    ...interval,
    version: 'next',
    nodes: drawNodes(draw, shape),
  }),
  describe: ({ version, stays }, target) =>
    `upgrade${stays === true ? ' for good' : ''} to ${version}: ${target}`,
  version: ({ version }) => version,
  simulate: ({ version, stays }, ports) => ports.runAs(version, stays === true),
  inject: ({ version, stays }, ports) => ports.runAs(version, stays === true),
  figure: () => 'told-versions',
};
