/** Some messages leave late, so that others overtake them. */
import { z } from 'zod';
import type { LossFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { noMessageFaults } from '../overlap.ts';
import { onLinks, permille } from '../schema.ts';

export const reorder: FaultDefinition<LossFault & { readonly kind: 'reorder' }> = {
  kind: 'reorder',
  schema: z.object({ kind: z.literal('reorder'), permille, ...onLinks }),
  scope: 'inside',
  stopsNode: false,
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
};
