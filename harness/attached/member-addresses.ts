/** Where a member is reached, from here and by other members, as its plan says. */
import type { LaunchPlan } from '../core/launch-plan.ts';
import type { Endpoint } from '../core/system.ts';
import type { Peer } from './peer-wiring.ts';
import { fill } from './template.ts';

/** Where members are reached from here, whatever network they are on. */
export const loopback = '127.0.0.1';

export interface Addresses {
  readonly endpoint: Endpoint;
  /** Where it is for other members, and for itself. */
  readonly url: string;
}

export function addressesOf(peer: Peer, plan: LaunchPlan, shared: string): Addresses {
  const { name, port, peerPort } = peer;
  const urlAt = (host: string): string => {
    const fields = { name, host, port: String(port), peerPort: String(peerPort), shared };
    return fill(plan.url ?? 'http://{{host}}:{{port}}', fields);
  };
  const [here, url] = [urlAt(loopback), urlAt(peer.host)];
  return { endpoint: { name, url: here, ...(here !== url && { inside: url }) }, url };
}
