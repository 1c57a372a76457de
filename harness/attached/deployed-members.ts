/** Who belongs to a product whose members are our own processes: by its adapter, and by starting them anew. */
import type { NodeId } from '../core/host.ts';
import type { Endpoint, MemberChanges } from '../core/system.ts';
import type { DeployedMembers } from '../realtime/deployment.ts';
import type { LaunchedMembers } from './launched-members.ts';

export function deployedMembers(
  changes: MemberChanges,
  launched: LaunchedMembers,
): DeployedMembers {
  const at = (node: NodeId): Endpoint => launched.endpoints[node] as Endpoint;
  return {
    async told(by) {
      const names = await changes.told(at(by));
      return [...launched.endpoints.keys()].filter((node) => names.includes(at(node).name));
    },
    known: (node, by) => changes.known(at(node).name, at(by)),
    remove: (member, by) => changes.remove(member, at(by)),
    add: (member, by) => changes.add(member, at(by)),
    renew: (node, among) => launched.renew(node, among),
  };
}
