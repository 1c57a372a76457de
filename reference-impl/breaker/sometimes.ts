/** What a suite should come across of circuits. */
import { observed, sometimes } from '../../harness/spec.ts';
import type { Sometimes } from '../../harness/spec.ts';
import type {} from './observations.ts';

const opening: ReadonlySet<string> = new Set(['partition', 'crash', 'pause', 'loss']);

export const breakerOpened: Sometimes = sometimes(
  {
    id: 'breaker-opened',
    claim: 'a circuit opened',
    applies: (p) =>
      p.shape.nodes.some((n) => n.service !== undefined) &&
      p.faults.some((f) => opening.has(f.kind)),
  },
  observed.circuit((e) => e.value.to === 'open'),
);
