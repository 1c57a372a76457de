/** Some messages leave late, so that others overtake them. */
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { noMessageFaults } from '../overlap.ts';
import { permille } from '../schema.ts';

export interface ReorderFault extends LinkFault {
  readonly kind: 'reorder';
  /** Of the messages, per thousand. */
  readonly permille: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly reorder: ReorderFault;
  }
}

export const reorder: FaultDefinition<ReorderFault> = {
  kind: 'reorder',
  line: 'some messages leave late, so that others overtake them',
  on: 'links',
  fields: { permille },
  scope: 'message',
  harms: ['reorders-messages'],
  draw(draw, shape, interval) {
    return {
      kind: 'reorder',
      ...interval,
      permille: draw.between(10, 400),
      links: drawLinks(draw, shape),
    };
  },
  describe: (fault, target) => `reorder of ${fault.permille / 10} % ${target}`,
  simulate: (fault, ports) =>
    ports.onLinks({ messages: { ...noMessageFaults, reorderPermille: fault.permille } }),
  inject: (fault, ports) =>
    ports.onMessages({ ...noMessageFaults, reorderPermille: fault.permille }),
  figure: () => 'held-back-messages',
};
