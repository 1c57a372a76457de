/**
 * Some messages arrive with a bit changed. TCP notices nearly all of it; of a datagram only whoever sums its content
 * does, as what changed it may have summed it anew: Amazon S3 stood still on 20 July 2008 as one bit in messages of its
 * gossip, which had no sums of their own, made servers believe that others had failed.
 */
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { noMessageFaults } from '../overlap.ts';
import { permille } from '../schema.ts';

export interface CorruptFault extends LinkFault {
  readonly kind: 'corrupt';
  /** Of the messages, per thousand. */
  readonly permille: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly corrupt: CorruptFault;
  }
}

export const corrupt: FaultDefinition<CorruptFault> = {
  kind: 'corrupt',
  line: 'some messages arrive with a part of them changed, for real of datagrams alone',
  on: 'links',
  fields: { permille },
  scope: 'message',
  by: 'our-packets',
  harms: ['loses-messages'],
  draw: (draw, shape, interval) => ({
    kind: 'corrupt',
    ...interval,
    permille: draw.between(10, 400),
    links: drawLinks(draw, shape),
  }),
  describe: (fault, target) => `corruption of ${fault.permille / 10} % ${target}`,
  simulate: (fault, ports) =>
    ports.onLinks({ messages: { ...noMessageFaults, corruptPermille: fault.permille } }),
  inject: (fault, ports) =>
    ports.onLinks({ packets: { ...noMessageFaults, corruptPermille: fault.permille } }),
  figure: () => 'damaged-messages',
};
