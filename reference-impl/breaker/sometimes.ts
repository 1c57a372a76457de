/** What a suite should come across of circuits. */
import { doesAny, observed, sometimes } from '../../harness/spec.ts';
import type { Sometimes } from '../../harness/spec.ts';
import type {} from './observations.ts';

export const breakerOpened: Sometimes = sometimes(
  {
    id: 'breaker-opened',
    claim: 'a circuit opened',
    applies: (p) =>
      p.shape.nodes.some((n) => n.service !== undefined) &&
      p.faults.some((f) =>
        doesAny(f.kind, 'cuts-links', 'loses-messages', 'ends-nodes', 'stops-nodes'),
      ),
  },
  observed.circuit((e) => e.value.to === 'open'),
);
