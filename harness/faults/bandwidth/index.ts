/** A narrow link: messages wait behind those before them. */
import { z } from 'zod';
import type { BandwidthFault } from '../../core/fault.ts';
import type { PassingMessage } from '../link-rule.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { onLinks } from '../schema.ts';

/** A narrow link drops what would wait longer than this, as a full buffer does. */
const backlogUsMax = 10_000_000;

export const bandwidth: FaultDefinition<BandwidthFault> = {
  kind: 'bandwidth',
  schema: z.object({ kind: z.literal('bandwidth'), rate: z.number().min(1), ...onLinks }),
  scope: 'link',
  stopsNode: false,
  draw(draw, shape, interval) {
    return {
      kind: 'bandwidth',
      ...interval,
      rate: draw.between(5, 500),
      links: drawLinks(draw, shape),
    };
  },
  describe: (fault, target) => `bandwidth ${fault.rate} KB/s ${target}`,
  simulate: ({ rate }, ports) => ports.onLinks({ delay: narrow(rate) }),
  inject: ({ rate }, ports) => ports.onLinks({ kind: 'bandwidth', rate }),
};

/** Waits behind the bytes sent before; `rate` kilobytes a second are `rate` bytes a millisecond. */
function narrow(rate: number): (m: PassingMessage) => number | 'lost' {
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
