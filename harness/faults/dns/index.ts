/**
 * Names are not resolved: whoever has a connection notices nothing, and whoever loses one cannot come back. Facebook was
 * gone for six hours on 4 October 2021 as its name servers had withdrawn themselves.
 */
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface DnsFault extends NodeFault {
  readonly kind: 'dns';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly dns: DnsFault;
  }
}

export const dns: FaultDefinition<DnsFault> = {
  kind: 'dns',
  line: 'names are not resolved: the node opens no connection, and those that are open go on',
  on: 'nodes',
  fields: {},
  scope: 'inside',
  harms: ['cuts-links', 'loses-messages'],
  draw: (draw, shape, interval) => ({ kind: 'dns', ...interval, nodes: drawNodes(draw, shape) }),
  describe: (_, target) => `names are not resolved at ${target}`,
  simulate: (_, ports) => ports.troubleConnections('no-names'),
  inject: (_, ports) => ports.troubleConnections('no-names'),
  figure: () => 'refused-connections',
};
