/** A connection carries so many bytes and is closed (FIN): what is cut off there is lost. */
import { z } from 'zod';
import type { LinkFault } from '../../core/fault.ts';
import { cutting } from '../cutting.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface LimitFault extends LinkFault {
  readonly kind: 'limit';
  /** What a connection carries before it is closed, in each direction that is meant. */
  readonly bytes: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly limit: LimitFault;
  }
}

export const limit: FaultDefinition<LimitFault> = {
  kind: 'limit',
  line: 'connections are closed after some bytes, with what is cut off there',
  on: 'links',
  fields: { bytes: z.int().min(0) },
  scope: 'link',
  harms: ['loses-messages'],
  draw: (draw, shape, interval) => ({
    kind: 'limit',
    ...interval,
    bytes: draw.between(200, 20_000),
    links: drawLinks(draw, shape),
  }),
  describe: ({ bytes }, target) => `connections end after ${bytes} bytes ${target}`,
  simulate: ({ bytes }, ports) => ports.onLinks({ pass: cutting(bytes) }),
  inject: ({ bytes }, ports) =>
    ports.onLinks({ toxics: [{ type: 'limit_data', attributes: { bytes } }], comesLast: true }),
  figure: () => 'dropped-bytes',
};
