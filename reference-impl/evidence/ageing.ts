/** Evidence that is told again while it stays the same, so that its age is known at any moment. */
import type { Ageing } from '../../harness/core/system.ts';
import type { EvidenceKind } from './observations.ts';

export interface AgeingParts {
  readonly kind: EvidenceKind;
  readonly name: string;
  /** It is told once in so large a part of its life, however often it is confirmed: 0..1. */
  readonly untoldShare: number;
}

export function evidenceAgeing({ kind, name, untoldShare }: AgeingParts): Ageing {
  return {
    name,
    read(o) {
      if (o.kind !== 'evidence' || o.evidence.kind !== kind) return null;
      const { staleUsMax: ageUs, lifetimeUs } = o.evidence;
      return { ageUs, lifetimeUs, untoldUs: Math.round(lifetimeUs * untoldShare) };
    },
  };
}
