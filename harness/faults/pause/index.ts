/** SIGSTOP and SIGCONT: the process stands still, its connections stay. */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

/** A process that starts meanwhile stands still from its start. */
export interface PauseFault extends NodeFault {
  readonly kind: 'pause';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly pause: PauseFault;
  }
}

export const pause: FaultDefinition<PauseFault> = {
  kind: 'pause',
  line: 'the process stands still, its connections stay',
  on: 'nodes',
  fields: {},
  scope: 'process',
  harms: ['stops-nodes'],
  draw(draw, shape, interval) {
    return { kind: 'pause', ...interval, nodes: drawNodes(draw, shape) };
  },
  describe: (_, target) => `pause ${target}`,
  simulate: (_, ports) => ports.pause(),
  inject: (_, ports) => ports.pause(),
  figure: () => 'stopped-processes',
};
