/** Which component lives in which lane: the same numbers on every node and client. */
export const lanes = {
  /** SWIM membership. Idle on clients. */
  membership: 0,
  /** Consensus with registry and key-value store. Idle on all but servers. */
  store: 1,
  /** Registry client, discovery cache, breaker, balancer, key-value client, demo service. */
  agent: 2,
  /** The mode machine. */
  mode: 3,
} as const;
