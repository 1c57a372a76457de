/** Some messages leave twice. */
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { noMessageFaults } from '../overlap.ts';
import { permille } from '../schema.ts';

export interface DuplicateFault extends LinkFault {
  readonly kind: 'duplicate';
  /** Of the messages, per thousand. */
  readonly permille: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly duplicate: DuplicateFault;
  }
}

export const duplicate: FaultDefinition<DuplicateFault> = {
  kind: 'duplicate',
  line: 'some messages are sent twice',
  on: 'links',
  fields: { permille },
  scope: 'message',
  harms: ['repeats-messages'],
  draw(draw, shape, interval) {
    return {
      kind: 'duplicate',
      ...interval,
      permille: draw.between(10, 400),
      links: drawLinks(draw, shape),
    };
  },
  describe: (fault, target) => `duplicate of ${fault.permille / 10} % ${target}`,
  simulate: (fault, ports) =>
    ports.onLinks({ messages: { ...noMessageFaults, duplicatePermille: fault.permille } }),
  inject: (fault, ports) =>
    ports.onMessages({ ...noMessageFaults, duplicatePermille: fault.permille }),
  figure: () => 'repeated-messages',
};
