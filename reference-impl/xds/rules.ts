/** What control planes and proxies decide. */
import type { Endpoint, Resource } from './messages.ts';

export interface XdsRules {
  /** Which of the responses in flight does this nonce answer? `null`: none, it is stale. */
  answered(nonce: string, inFlight: readonly string[]): string | null;
  /** May a route be sent to who has accepted these clusters, with their endpoints? Make before break. */
  mayRoute(clusters: readonly string[], hasAccepted: (cluster: string) => boolean): boolean;
  /** Is a cluster that is no longer wanted kept for who may still route to it? */
  isKept(isInUse: boolean): boolean;
  /** Is a version that was refused kept back from then on? */
  isKeptBack(isRefused: boolean): boolean;
  /** Is what was sent of a resource forgotten, once it is no longer subscribed? */
  forgets(): boolean;
  /** Why a proxy refuses a resource; null: it does not. */
  wrong(resource: Resource): string | null;
  /** Is all of a response without effect that is refused for one of its resources? */
  keepsOut(): boolean;
  /** Is a proxy told of a plan that was made after its stream had begun? */
  isNews(): boolean;
  /** May a new call go to it? */
  isUsable(endpoint: Endpoint): boolean;
  /** Does a proxy keep what it has while it looks for a control plane? */
  keeps(): boolean;
}

export const xdsRules: XdsRules = {
  answered: (nonce, inFlight) => (inFlight.includes(nonce) ? nonce : null),
  mayRoute: (clusters, hasAccepted) => clusters.every(hasAccepted),
  isKept: (isInUse) => isInUse,
  isKeptBack: (isRefused) => isRefused,
  // Asked for again it has to be sent again: the client has thrown it away.
  forgets: () => true,
  wrong({ body }) {
    if (body.kind === 'cluster' && body.connectMs <= 0) return 'connect timeout must be positive';
    if (body.kind === 'route' && body.rules.some((r) => r.weight <= 0)) {
      return 'the sum of weights must be greater than 0';
    }
    return null;
  },
  keepsOut: () => true,
  isNews: () => true,
  isUsable: ({ health }) => health === 'healthy',
  keeps: () => true,
};
