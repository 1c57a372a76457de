/** What a mutant may change: a rule of one component, or what a component asks of its host. */
import type { Component, Lane } from '../../harness/core/host.ts';
import type { AgentRules } from '../agent/rules.ts';
import type { MembershipRules } from '../membership/rules.ts';
import type { ModeRules } from '../mode/mode.ts';
import type { StoreRules } from '../store/rules.ts';

type MutantClass =
  | 'election'
  | 'log'
  | 'reads'
  | 'durability'
  | 'sessions'
  | 'guarantees'
  | 'leases'
  | 'locks'
  | 'watch'
  | 'discovery'
  | 'config'
  | 'breaker'
  | 'balancer'
  | 'modes'
  | 'evidence'
  | 'membership';

/** The rules that a broken variant replaces. The components know nothing of it. */
export interface Changes {
  readonly membershipRules?: Partial<MembershipRules>;
  readonly storeRules?: Partial<StoreRules>;
  readonly agentRules?: Partial<AgentRules>;
  readonly modeRules?: Partial<ModeRules>;
  /** Wraps the component of a lane; returns it as it is where nothing is to be broken. */
  readonly filter?: (lane: Lane, component: Component) => Component;
}

/** A broken variant of the node. */
export interface Mutant extends Changes {
  readonly class: MutantClass;
  /** `easy` shows whenever its rule is used; `hard` needs a race, a rare fault or two in order. */
  readonly difficulty: 'easy' | 'hard';
  /** One line: what is broken. */
  readonly what: string;
  /** Ids of the invariants that say what is wrong, the likeliest first. */
  readonly breaks: readonly string[];
}

/** By id. */
export type Mutants = Readonly<Record<string, Mutant>>;
