/** Messages arrive in small pieces, with a pause after each: what reads a whole message at once breaks. */
import { z } from 'zod';
import { formatDuration } from '../../core/duration.ts';
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface SliceFault extends LinkFault {
  readonly kind: 'slice';
  readonly pieceBytes: number;
  /** After each piece. */
  readonly pauseUs: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly slice: SliceFault;
  }
}

export const slice: FaultDefinition<SliceFault> = {
  kind: 'slice',
  line: 'messages arrive in small pieces, with a pause after each',
  on: 'links',
  fields: { pieceBytes: z.int().min(1), pauseUs: z.int().min(1).max(1_000_000) },
  scope: 'link',
  harms: ['delays-messages'],
  draw: (draw, shape, interval) => ({
    kind: 'slice',
    ...interval,
    pieceBytes: draw.between(10, 100),
    pauseUs: draw.between(1_000, 10_000),
    links: drawLinks(draw, shape),
  }),
  describe: ({ pieceBytes, pauseUs }, target) =>
    `pieces of ${pieceBytes} bytes, ${formatDuration(pauseUs)} apart, ${target}`,
  simulate: ({ pieceBytes, pauseUs }, ports) =>
    ports.onLinks({ pass: (m) => Math.ceil(m.bytes() / pieceBytes) * pauseUs }),
  inject({ pieceBytes, pauseUs }, ports) {
    const attributes = { average_size: pieceBytes, size_variation: 0, delay: pauseUs };
    return ports.onLinks({ toxics: [{ type: 'slicer', attributes }] });
  },
  figure: () => 'carried-bytes',
};
