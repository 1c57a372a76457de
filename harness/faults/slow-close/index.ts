/**
 * The end of a connection is told late: whoever was at its other end has gone, and who writes to it notices
 * nothing for a while, as over a middlebox that holds the FIN back, or a server that closes when it comes to it.
 */
import { z } from 'zod';
import { formatDuration } from '../../core/duration.ts';
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { wholeMs } from '../ports.ts';

export interface SlowCloseFault extends LinkFault {
  readonly kind: 'slow-close';
  /** From the end of a connection to when its other end is told. */
  readonly delayUs: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly 'slow-close': SlowCloseFault;
  }
}

export const slowClose: FaultDefinition<SlowCloseFault> = {
  kind: 'slow-close',
  line: 'the end of a connection is told late: what is sent on it meanwhile is lost',
  on: 'links',
  fields: { delayUs: z.int().min(1) },
  scope: 'link',
  harms: ['loses-messages'],
  draw: (draw, shape, interval) => ({
    kind: 'slow-close',
    ...interval,
    delayUs: draw.between(100_000, 3_000_000),
    links: drawLinks(draw, shape),
  }),
  describe: ({ delayUs }, target) =>
    `ends of connections told ${formatDuration(delayUs)} late ${target}`,
  simulate: ({ delayUs }, ports) => ports.onLinks({ toldLateUs: delayUs }),
  inject: ({ delayUs }, ports) =>
    ports.onLinks({
      toxics: [{ type: 'slow_close', attributes: { delay: wholeMs(delayUs) } }],
      // Who writes is told by the stream that comes back.
      isBothWays: true,
    }),
  figure: () => 'carried-bytes',
};
