/** How members that are started reach each other, as it was asked for and as the machine allows. */
import { HarnessError } from '../core/errors.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';
import { whyNoNamespaces } from '../namespaces/support.ts';
import { arePeersTold, textsOf } from './peer-wiring.ts';
import { mentions } from './template.ts';

/**
 * `proxies`: by the links that the plan tells, on the loopback interface. `namespaces`: each in a network
 * namespace of its own, on a private bridge, where packets are dropped from any to any other. `auto`: by
 * proxies where the plan tells links, and otherwise in namespaces, where the machine makes them.
 */
export type NetworkChoice = (typeof networkChoices)[number];

export const networkChoices = ['auto', 'proxies', 'namespaces'] as const;

export interface Network {
  readonly kind: 'proxies' | 'namespaces';
  /** Why members are not in namespaces, where faults among them need that; null: they need nothing. */
  readonly missing: string | null;
}

/** Throws E_NAMESPACES where namespaces are asked for and the machine makes none. */
export function networkFor(plan: LaunchPlan, choice: NetworkChoice = 'auto'): Network {
  if (choice === 'namespaces') {
    const why = whyNoNamespaces();
    if (why === null) return { kind: 'namespaces', missing: null };
    throw new HarnessError(
      'E_NAMESPACES',
      `members cannot be put in network namespaces: ${why}. Do that, or pass --network proxies.`,
    );
  }
  const isProxied = plan.peers?.via !== 'direct';
  if (isProxied || !arePeersTold(plan)) return { kind: 'proxies', missing: null };
  if (choice === 'proxies') return { kind: 'proxies', missing: '--network proxies was asked for' };
  // One that listens on the loopback interface alone is reached by nobody in there.
  if (!mentions([...textsOf(plan), plan.peers?.each ?? ''], 'host')) {
    return { kind: 'proxies', missing: 'the plan does not say {{host}}' };
  }
  const missing = whyNoNamespaces();
  return { kind: missing === null ? 'namespaces' : 'proxies', missing };
}

/** Do faults reach the links among members that are started so? */
export function arePeersOurs(plan: LaunchPlan, { kind }: Network): boolean {
  return arePeersTold(plan) && (kind === 'namespaces' || plan.peers?.via !== 'direct');
}
