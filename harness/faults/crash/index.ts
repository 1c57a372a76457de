/** SIGKILL, and a start from disk at the end. */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

/** Unsynced writes may be lost. */
export interface CrashFault extends NodeFault {
  readonly kind: 'crash';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly crash: CrashFault;
  }
}

export const crash: FaultDefinition<CrashFault> = {
  kind: 'crash',
  line: 'the process is killed, and started from its disk at the end',
  on: 'nodes',
  fields: {},
  scope: 'process',
  harms: ['ends-nodes'],
  draw(draw, shape, interval) {
    return { kind: 'crash', ...interval, nodes: drawNodes(draw, shape) };
  },
  describe: (_, target) => `crash ${target}`,
  simulate: (_, ports) => ports.crash(),
  inject: (_, ports) => ports.crash(),
  figure: () => 'stopped-processes',
};
