/** Some messages leave twice. */
import { z } from 'zod';
import type { LossFault } from '../../core/fault.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import { noMessageFaults } from '../overlap.ts';
import { onLinks, permille } from '../schema.ts';

export const duplicate: FaultDefinition<LossFault & { readonly kind: 'duplicate' }> = {
  kind: 'duplicate',
  schema: z.object({ kind: z.literal('duplicate'), permille, ...onLinks }),
  scope: 'inside',
  stopsNode: false,
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
};
