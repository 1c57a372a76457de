/**
 * The evidence that this agent holds (requirements E1, E2): one value a kind and subject, the newest.
 *
 * Evidence is issued again when it is renewed, but observed only when it says something new: the
 * history shows what changed, not that time passed.
 */
import { isInForce } from './observations.ts';
import type { Evidence, EvidenceKind, EvidenceOf } from './observations.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';

/** Everything but who says it and when. */
export type Claim = {
  readonly [K in EvidenceKind]: Omit<EvidenceOf<K>, 'issuer' | 'issuedUs'>;
}[EvidenceKind];

export class EvidenceBook {
  private readonly io: HandlerContext;
  private readonly self: NodeId;
  private readonly held = new Map<string, Evidence>();

  constructor(io: HandlerContext, self: NodeId) {
    this.io = io;
    this.self = self;
  }

  /** Takes the place of what was held of the same kind and subject. `issuedUs`: now by default. */
  issue(claim: Claim, announce: boolean, issuedUs: number = this.io.nowUs): void {
    const { kind, subject, scope, binding, value, lifetimeUs, freshness, staleUsMax } = claim;
    const { self: issuer } = this;
    // Field by field: evidence is issued for each answer of a registry, and to spread it takes longer
    // than all else here.
    const e = {
      kind,
      subject,
      scope,
      binding,
      value,
      lifetimeUs,
      freshness,
      staleUsMax,
      issuer,
      issuedUs,
    } as Evidence;
    this.held.set(`${kind} ${subject}`, e);
    if (announce) this.io.observe({ kind: 'evidence', evidence: e });
  }

  forget(kind: EvidenceKind, subject: string): void {
    this.held.delete(`${kind} ${subject}`);
  }

  /** What is held, whether still in force or not; a decision must check. */
  latest(kind: EvidenceKind, subject: string): Evidence | null {
    return this.held.get(`${kind} ${subject}`) ?? null;
  }

  /** Everything that may still be used, in the order in which it was first issued. */
  inForce(): Evidence[] {
    const nowUs = this.io.nowUs;
    return [...this.held.values()].filter((e) => isInForce(e, nowUs));
  }
}
