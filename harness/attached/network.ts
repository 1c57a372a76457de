/** How members that are started reach each other, as it was asked for and as the machine allows. */
import { HarnessError } from '../core/errors.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';
import { whyNoNamespaces, whyNoSwitch } from '../namespaces/support.ts';
import { arePeersTold, textsOf } from './peer-wiring.ts';
import { mentions } from './template.ts';

/**
 * `proxies`: by the links that the plan tells, on the loopback interface. `namespaces`: each in a network
 * namespace of its own, on a private bridge, where packets from any to any other are dropped or disturbed. `auto`: by
 * proxies where the plan tells links and proxies do, and otherwise in namespaces, where the machine makes them.
 */
export type NetworkChoice = (typeof networkChoices)[number];

export const networkChoices = ['auto', 'proxies', 'namespaces'] as const;

export interface Network {
  readonly kind: 'proxies' | 'namespaces';
  /** Why members are not in namespaces, where faults among them need that; null: they need nothing. */
  readonly missing: string | null;
  /** Why packets among them cannot be disturbed, which proxies never do; null: they can. */
  readonly noPackets: string | null;
}

const proxiesNoPackets = 'proxies carry connections, and no packets';

/**
 * For a run that `wantsPackets` disturbed one by one, or not. Throws E_NAMESPACES where namespaces are asked for and
 * the machine makes none.
 */
export function networkFor(
  plan: LaunchPlan,
  choice: NetworkChoice = 'auto',
  wantsPackets = false,
): Network {
  if (choice === 'namespaces') {
    const why = whyNoNamespaces();
    if (why === null) return inNamespaces();
    throw new HarnessError(
      'E_NAMESPACES',
      `members cannot be put in network namespaces: ${why}. Do that, or pass --network proxies.`,
    );
  }
  const isProxied = plan.peers?.via !== 'direct';
  if ((isProxied && !wantsPackets) || !arePeersTold(plan)) return byProxies(null);
  if (choice === 'proxies') return byProxies('--network proxies was asked for', isProxied);
  // One that listens on the loopback interface alone is reached by nobody in there.
  if (!mentions([...textsOf(plan), plan.peers?.each ?? ''], 'host')) {
    return byProxies('the plan does not say {{host}}', isProxied);
  }
  const missing = wantsPackets ? whyNoSwitch() : whyNoNamespaces();
  return missing === null ? inNamespaces() : byProxies(missing, isProxied);
}

function inNamespaces(): Network {
  return { kind: 'namespaces', missing: null, noPackets: whyNoSwitch() };
}

/** Where the plan is `isProxied`, only packets are missing. */
function byProxies(missing: string | null, isProxied = false): Network {
  const why = missing === null ? '' : `; in network namespaces they would, but ${missing}`;
  const noPackets = `${proxiesNoPackets}${why}`;
  return { kind: 'proxies', missing: isProxied ? null : missing, noPackets };
}

/** Do faults reach the links among members that are started so? */
export function arePeersOurs(plan: LaunchPlan, { kind }: Network): boolean {
  return arePeersTold(plan) && (kind === 'namespaces' || plan.peers?.via !== 'direct');
}
