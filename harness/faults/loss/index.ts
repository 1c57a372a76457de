/** Some messages never leave. */
import { z } from 'zod';
import type { LossFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { noMessageFaults } from '../overlap.ts';
import { onLinks, permille } from '../schema.ts';

export const loss: FaultDefinition<LossFault & { readonly kind: 'loss' }> = {
  kind: 'loss',
  schema: z.object({ kind: z.literal('loss'), permille, ...onLinks }),
  scope: 'inside',
  stopsNode: false,
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
};
