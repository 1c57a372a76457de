/** Where each broken node shows soonest, and which promise it breaks there. */
export interface Home {
  readonly scenario: string;
  readonly invariant: string;
}

export const homes: Readonly<Record<string, Home>> = {
  'stale-read': { scenario: 'minority-partition', invariant: 'linearizable' },
  'ack-before-fsync': { scenario: 'power-failure', invariant: 'log-matching' },
  'vote-forgotten': { scenario: 'crash-storm', invariant: 'election-safety' },
  'lease-never-expires': { scenario: 'instance-crash', invariant: 'discovery' },
  'read-before-noop': { scenario: 'crash-storm', invariant: 'linearizable' },
  'session-forgets-writes': { scenario: 'stale-sessions', invariant: 'session-guarantees' },
  'lock-ends-early': { scenario: 'paused-holder', invariant: 'mutual-exclusion' },
  'fence-ignored': { scenario: 'paused-holder', invariant: 'fencing' },
  'breaker-never-opens': { scenario: 'failing-dependency', invariant: 'resilience' },
  'ghost-member': { scenario: 'members-settle', invariant: 'membership' },
  'never-refute': { scenario: 'members-settle', invariant: 'membership' },
  'skip-recovery': { scenario: 'registry-lost', invariant: 'mode-transitions' },
  'recovery-skips-test': { scenario: 'busy-dependency', invariant: 'recovery-order' },
  'ramp-jumps': { scenario: 'busy-dependency', invariant: 'mode-behaviours' },
  'fresh-too-long': { scenario: 'registry-lost', invariant: 'evidence-freshness' },
};
