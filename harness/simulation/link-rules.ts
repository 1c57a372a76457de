/** The rule of each kind of link fault. */
import { unreachable } from '../core/assert.ts';
import type { Fault } from '../core/fault.ts';
import type { LinkRule, PassingMessage } from '../faults/link-rule.ts';
import { noMessageFaults } from '../faults/overlap.ts';

export type LinkFault = Extract<Fault, { readonly links: unknown }>;

/** A narrow link drops what would wait longer than this, as a full buffer does. */
const backlogUsMax = 10_000_000;

export function ruleOf(fault: LinkFault): LinkRule {
  switch (fault.kind) {
    case 'partition':
      return { partition: fault.mode };
    case 'latency': {
      const { delayUs, jitterUs } = fault;
      return { delay: (_, draw) => Math.max(0, delayUs + draw.between(-jitterUs, jitterUs)) };
    }
    case 'loss':
      return { messages: { ...noMessageFaults, lossPermille: fault.permille } };
    case 'duplicate':
      return { messages: { ...noMessageFaults, duplicatePermille: fault.permille } };
    case 'reorder':
      return { messages: { ...noMessageFaults, reorderPermille: fault.permille } };
    case 'bandwidth':
      return { delay: narrow(fault.rate) };
    default:
      return unreachable(fault);
  }
}

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
