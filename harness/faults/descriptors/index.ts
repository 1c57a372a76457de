/**
 * No file descriptor is left (EMFILE, ENFILE): a node that leaks them, or a machine that has given them all away. What is
 * open goes on; a connection that is made to the node is closed at once.
 */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DescriptorsFault extends NodeFault {
  readonly kind: 'descriptors';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly descriptors: DescriptorsFault;
  }
}

export const descriptors: FaultDefinition<DescriptorsFault> = {
  kind: 'descriptors',
  line: 'no file descriptor is left: the node opens no connection and takes none, and those that are open go on',
  on: 'nodes',
  fields: {},
  scope: 'inside',
  harms: ['cuts-links', 'loses-messages'],
  draw: (draw, shape, interval) => ({
    kind: 'descriptors',
    ...interval,
    nodes: drawNodes(draw, shape),
  }),
  describe: (_, target) => `no file descriptor is left at ${target}`,
  simulate: (_, ports) => ports.troubleConnections('no-descriptors'),
  inject: (_, ports) => ports.troubleConnections('no-descriptors'),
  figure: () => 'refused-connections',
};
