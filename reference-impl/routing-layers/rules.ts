/** What a caller decides about its layers. */
import type { MemberStatus } from '../membership/observations.ts';
import type { RoutingLayersConfig } from './config.ts';
import type { Escalation } from './observations.ts';

export interface LayerFacts {
  /** Since the registry confirmed the list, µs. */
  readonly ageUs: number;
  /** Instances on it, and how many of them gossip takes for alive. */
  readonly listed: number;
  readonly left: number;
}

export interface RoutingLayerRules {
  /** Does gossip's word take it out of routing? */
  isOut(status: MemberStatus | undefined): boolean;
  /** Why memory and gossip are not good enough; null: they are. */
  escalates(f: LayerFacts, c: RoutingLayersConfig): Escalation | null;
  /** May anybody be called by a list of this age? */
  mayServe(ageUs: number, c: RoutingLayersConfig): boolean;
}

export const routingLayerRules: RoutingLayerRules = {
  // Who is only suspected answers more often than not, and would be missed by everybody at once.
  isOut: (status) => status === 'dead' || status === 'left',
  escalates({ ageUs, listed, left }, { freshUs }) {
    if (ageUs >= freshUs) return 'old';
    if (listed === 0) return 'not-known';
    return left === 0 ? 'nobody-left' : null;
  },
  mayServe: (ageUs, { staleUs }) => ageUs < staleUs,
};
