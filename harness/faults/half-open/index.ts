/**
 * Half-open connections: what stands between the ends (NAT, a firewall, a machine that was switched off) forgot them,
 * and neither end is told (RFC 9293, section 3.5.1). Who never asks whether the other is there waits for ever.
 */
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface HalfOpenFault extends LinkFault {
  readonly kind: 'half-open';
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'half-open': HalfOpenFault;
  }
}

export const halfOpen: FaultDefinition<HalfOpenFault> = {
  kind: 'half-open',
  line: 'connections that are open carry nothing any more and do not end; new ones are sound',
  on: 'links',
  fields: {},
  scope: 'link',
  by: 'our-proxy',
  harms: ['cuts-links', 'loses-messages'],
  draw: (draw, shape, interval) => ({
    kind: 'half-open',
    ...interval,
    links: drawLinks(draw, shape),
  }),
  describe: (_, target) => `open connections are dead ${target}`,
  simulate: (_, ports) => ports.onLinks({ partition: 'drop', of: 'open' }),
  inject: (_, ports) =>
    ports.onLinks({ toxics: [{ type: 'half_open', attributes: {} }], comesLast: true }),
  figure: () => 'dropped-bytes',
};
