/** Evidence (E1, E2): what a node claims, on what it rests, for how long it may be used. */
import type { Json } from '../../harness/core/host.ts';
import { part } from '../mechanism.ts';
import { EvidenceBook } from './evidence-book.ts';
import { evidenceFreshness } from './judge/evidence-freshness.ts';
import { evidenceLifetime } from './judge/evidence-lifetime.ts';

export const evidence = part({
  id: 'evidence',
  requirements: ['E1', 'E2', 'I7'],
  what: 'the evidence that a node holds: one value a kind and subject, the newest',
  rules: {},
  make: ({ io, config }) => new EvidenceBook(io, config.id),
  questions: { evidence: (book) => book.inForce() as unknown as Json },
  promises: [evidenceLifetime(), evidenceFreshness()],
});
