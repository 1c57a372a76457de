/** The small decisions of an agent, gathered from its parts. A mutant replaces one of them. */
import { behaviourRules, type BehaviourRules } from './behaviour.ts';
import { balancerRules, type BalancerRules } from './balancer.ts';
import { breakerRules, type BreakerRules } from './breaker.ts';
import { configRules, type ConfigRules } from './config-copy.ts';
import { discoveryRules, type DiscoveryRules } from './discovery.ts';
import { sessionRules, type SessionRules } from './session.ts';
import { subscriptionRules, type SubscriptionRules } from './subscription.ts';

export interface AgentRules
  extends
    BehaviourRules,
    BreakerRules,
    BalancerRules,
    DiscoveryRules,
    SubscriptionRules,
    ConfigRules,
    SessionRules {}

export const agentRules: AgentRules = {
  ...behaviourRules,
  ...breakerRules,
  ...balancerRules,
  ...discoveryRules,
  ...subscriptionRules,
  ...configRules,
  ...sessionRules,
};
