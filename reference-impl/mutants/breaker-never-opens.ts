/** The breaker counts failures and never acts on them: callers go on hitting what is down. */
import type { AgentRules } from '../agent/agent.ts';

export const breakerNeverOpens: Partial<AgentRules> = {
  shouldOpen: () => false,
};
