/** The breaker counts failures and never acts on them: callers go on hitting what is down. */
import type { Mutant } from './mutant.ts';

export const breakerNeverOpens: Mutant = {
  what: 'circuits never open, however often calls fail',
  agentRules: { shouldOpen: () => false },
};
