/** What a mutant may change: a rule of one component, or what a component asks of its host. */
import type { Component, Lane } from '../../harness/core/host.ts';
import type { StoreRules } from '../store/rules.ts';

/** A broken variant of the node. The components know nothing of it. */
export interface Mutant {
  /** One line: what is broken. */
  readonly what: string;
  readonly storeRules?: Partial<StoreRules>;
  /** Wraps the component of a lane; returns it as it is where nothing is to be broken. */
  readonly filter?: (lane: Lane, component: Component) => Component;
}
