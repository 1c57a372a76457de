/** Some messages never leave. */
import type { LinkFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { noMessageFaults } from '../overlap.ts';
import { permille } from '../schema.ts';

export interface LossFault extends LinkFault {
  readonly kind: 'loss';
  /** Of the messages, per thousand. */
  readonly permille: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly loss: LossFault;
  }
}

export const loss: FaultDefinition<LossFault> = {
  kind: 'loss',
  line: 'some messages are lost',
  on: 'links',
  fields: { permille },
  scope: 'message',
  harms: ['loses-messages'],
  draw(draw, shape, interval) {
    return {
      kind: 'loss',
      ...interval,
      permille: draw.between(10, 400),
      links: drawLinks(draw, shape),
    };
  },
  describe: (fault, target) => `loss of ${fault.permille / 10} % ${target}`,
  simulate: (fault, ports) =>
    ports.onLinks({ messages: { ...noMessageFaults, lossPermille: fault.permille } }),
  inject: (fault, ports) => ports.onMessages({ ...noMessageFaults, lossPermille: fault.permille }),
  figure: () => 'lost-messages',
};
