/**
 * How packets of some pairs are led through a switch in user space, as text: a rule where they enter the bridge
 * hands them to a vxlan device, which is a port of the bridge as well. Its datagrams travel between a namespace of its own
 * and this one, as its socket and the switch's have the same port. All other pairs stay in the kernel.
 */

export const steering = {
  port: 4_789,
  switchAddress: '10.78.0.1',
  deviceAddress: '10.78.0.2',
} as const;

const [device, outside, inside, namespace] = ['vxs', 'w1', 'w0', 'switch'] as const;
/** Room for a frame of 1,500 bytes and what vxlan puts around it. */
const mtu = 9_000;

/** Lays it out behind `setupScript`, as a script of `sh -eu`. Nothing is steered yet. */
export function steeringScript(members: number): string {
  const ports = [...Array(members).keys()].map((at) => `v${at}`).join(', ');
  return `ip netns add ${namespace}
ip link add ${outside} mtu ${mtu} type veth peer name ${inside} mtu ${mtu} netns ${namespace}
ip addr add ${steering.switchAddress}/30 dev ${outside}
ip link set ${outside} up
ip -n ${namespace} addr add ${steering.deviceAddress}/30 dev ${inside}
ip -n ${namespace} link set ${inside} up
ip -n ${namespace} link add ${device} type vxlan id 7 dstport ${steering.port} local ${steering.deviceAddress} remote ${steering.switchAddress} nolearning
ip -n ${namespace} link set ${device} netns $$
ethtool -K ${device} tx off tso off gso off gro off >/dev/null
ip link set ${device} mtu 1500 master br0
ip link set ${device} type bridge_slave learning off flood off
ip link set ${device} up
nft 'table netdev antlion {
  set steered { type ipv4_addr . ipv4_addr; }
  chain entering {
    type filter hook ingress devices = { ${ports} } priority 0; policy accept;
    ip saddr . ip daddr @steered fwd to ${device}
  }
}'`;
}

/** Leads pairs (`pairKey`) through the switch, and others no longer, all at once. */
export function steerScript(add: readonly string[], remove: readonly string[]): string {
  const change = (verb: string, pairs: readonly string[]): string[] =>
    pairs.length === 0 ? [] : [`${verb} element netdev antlion steered { ${pairs.join(', ')} }`];
  return [...change('add', add), ...change('delete', remove)].join('; ');
}

export const steeredArguments: readonly string[] = [
  ...['-j', 'list', 'set', 'netdev', 'antlion', 'steered'],
];

/** The pairs that are led through the switch, of what that prints. */
export function readSteered(json: string): readonly string[] {
  const { nftables } = JSON.parse(json) as {
    readonly nftables: readonly {
      readonly set?: { readonly elem?: readonly { readonly concat: readonly string[] }[] };
    }[];
  };
  const set = nftables.find((part) => part.set !== undefined)?.set;
  return (set?.elem ?? []).map(({ concat }) => concat.join(' . '));
}
