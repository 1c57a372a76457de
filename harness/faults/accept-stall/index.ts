/**
 * A server that takes no new connections: the system answers for it until its backlog is full, so that whoever
 * connects believes that somebody is there. What was open goes on.
 */
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface AcceptStallFault extends LinkFault {
  readonly kind: 'accept-stall';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'accept-stall': AcceptStallFault;
  }
}

export const acceptStall: FaultDefinition<AcceptStallFault> = {
  kind: 'accept-stall',
  line: 'new connections are taken and nobody reads them; open ones go on',
  on: 'links',
  fields: {},
  scope: 'link',
  by: 'our-proxy',
  harms: ['cuts-links', 'delays-messages'],
  draw: (draw, shape, interval) => ({
    kind: 'accept-stall',
    ...interval,
    links: drawLinks(draw, shape),
  }),
  describe: (_, target) => `new connections are not read ${target}`,
  simulate: (_, ports) => ports.onLinks({ partition: 'stall', of: 'new' }),
  inject: (_, ports) => ports.onLinks({ toxics: [{ type: 'accept_stall', attributes: {} }] }),
  figure: () => 'delayed-bytes',
};
