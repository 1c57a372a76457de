/** Nothing passes: lost, held back until the heal, or refused. */
import { z } from 'zod';
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { LinkFigure } from '../figure.ts';
import type { FaultDefinition } from '../kind.ts';
import type { PartitionMode } from '../overlap.ts';
import type { LinkEffect } from '../ports.ts';

export interface PartitionFault extends LinkFault {
  readonly kind: 'partition';
  readonly mode: PartitionMode;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly partition: PartitionFault;
  }
}

/** What `drop` lost is a hole in the stream: the connections die at the heal. */
const effects: Readonly<Record<PartitionMode, LinkEffect>> = {
  drop: { toxics: [{ type: 'timeout', attributes: { timeout: 0 } }] },
  stall: { toxics: [{ type: 'bandwidth', attributes: { rate: 0 } }] },
  refuse: { listener: 'off' },
};

const figures: Readonly<Record<PartitionMode, LinkFigure>> = {
  drop: 'dropped-bytes',
  stall: 'delayed-bytes',
  refuse: 'broken-connections',
};

export const partition: FaultDefinition<PartitionFault> = {
  kind: 'partition',
  line: 'nothing passes: lost (drop), delivered after the heal (stall), or connections refused',
  on: 'links',
  fields: { mode: z.enum(['drop', 'stall', 'refuse']) },
  scope: 'link',
  harms: ['cuts-links'],
  draw(draw, shape, interval) {
    const mode = draw.pick(['drop', 'drop', 'stall', 'refuse'] as const);
    return { kind: 'partition', ...interval, mode, links: drawLinks(draw, shape) };
  },
  describe: (fault, target) => `partition (${fault.mode}) ${target}`,
  simulate: ({ mode }, ports) => ports.onLinks({ partition: mode }),
  inject: ({ mode }, ports) => ports.onLinks(effects[mode]),
  figure: ({ mode }) => figures[mode],
};
