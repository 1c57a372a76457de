/** What audited settings decide. */
import type { TxnCompare } from '../store/asked.ts';

export type Act = 'set' | 'override' | 'roll-back' | 'expire';

export interface AuditRules {
  /** May somebody in this role (null: in none) do that? */
  mayDo(act: Act, role: string | null): boolean;
  /** Is this written down? */
  isAudited(act: Act): boolean;
  /** What must still be so when a change is made. */
  guards(all: readonly TxnCompare[]): readonly TxnCompare[];
  hasExpired(ageUs: number, ttlUs: number): boolean;
  /** Does every override end at a server that reconciles in Recovery? */
  endsInRecovery(): boolean;
}

const editors = new Set<string | null>(['editor', 'ops']);

export const auditRules: AuditRules = {
  mayDo: (act, role) =>
    act === 'expire' || (act === 'override' ? role === 'ops' : editors.has(role)),
  isAudited: () => true,
  // The end of the chain: of two at once one has to come after the other. Key and role: who writes them plainly
  // does not touch the chain.
  guards: (all) => all,
  hasExpired: (ageUs, ttlUs) => ageUs >= ttlUs,
  // What was set to get over the trouble must not outlive it (M, Recovery: clean overrides).
  endsInRecovery: () => true,
};
