/** What a mutant may change: a rule of one component, or what a component asks of its host. */
import type { Component, Lane } from '../../harness/core/host.ts';
import type { AgentRules } from '../agent/agent.ts';
import type { MembershipRules } from '../membership/rules.ts';
import type { ModeRules } from '../mode/mode.ts';
import type { StoreRules } from '../store/rules.ts';

/** A broken variant of the node. The components know nothing of it. */
export interface Mutant {
  /** One line: what is broken. */
  readonly what: string;
  readonly membershipRules?: Partial<MembershipRules>;
  readonly storeRules?: Partial<StoreRules>;
  readonly agentRules?: Partial<AgentRules>;
  readonly modeRules?: Partial<ModeRules>;
  /** Wraps the component of a lane; returns it as it is where nothing is to be broken. */
  readonly filter?: (lane: Lane, component: Component) => Component;
}
