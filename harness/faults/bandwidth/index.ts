/** A narrow link: messages wait behind those before them. */
import { z } from 'zod';
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import type { Passage, PassingMessage } from '../link-rule.ts';

export interface BandwidthFault extends LinkFault {
  readonly kind: 'bandwidth';
  /** Kilobytes (1,000 bytes) a second, at least 1: what does not move at all is a partition. */
  readonly rate: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly bandwidth: BandwidthFault;
  }
}

/** A narrow link drops what would wait longer than this, as a full buffer does. */
const backlogUsMax = 10_000_000;

export const bandwidth: FaultDefinition<BandwidthFault> = {
  kind: 'bandwidth',
  line: 'a narrow link: messages wait behind those before them',
  on: 'links',
  fields: { rate: z.number().min(1) },
  scope: 'link',
  harms: ['delays-messages'],
  draw(draw, shape, interval) {
    return {
      kind: 'bandwidth',
      ...interval,
      rate: draw.between(5, 500),
      links: drawLinks(draw, shape),
    };
  },
  describe: (fault, target) => `bandwidth ${fault.rate} KB/s ${target}`,
  simulate: ({ rate }, ports) => ports.onLinks({ pass: narrow(rate) }),
  inject: ({ rate }, ports) =>
    ports.onLinks({ toxics: [{ type: 'bandwidth', attributes: { rate: Math.round(rate) } }] }),
  figure: () => 'carried-bytes',
};

/** Waits behind the bytes sent before; `rate` kilobytes a second are `rate` bytes a millisecond. */
function narrow(rate: number): (m: PassingMessage) => Passage {
  /** Per link: when the bytes accepted so far will have left. */
  const busyUntilUs = new Map<string, number>();
  return (m) => {
    const link = `${m.from}>${m.to}`;
    const startUs = Math.max(m.nowUs, busyUntilUs.get(link) ?? 0);
    if (startUs - m.nowUs > backlogUsMax) return 'lost';
    const doneUs = startUs + Math.ceil((m.bytes() * 1_000) / rate);
    busyUntilUs.set(link, doneUs);
    return doneUs - m.nowUs;
  };
}
