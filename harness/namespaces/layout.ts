/**
 * A private network as text: a namespace a member, all on one bridge, and the rules by which what one
 * member sends another is dropped and counted. Nothing of it exists outside of the process that runs it.
 */

/** What is sent from one member to another, by their places. */
export type Pair = readonly [from: number, to: number];

/** Packets and bytes of one pair since the network was made. */
export interface PairCount {
  readonly passedPackets: number;
  readonly passedBytes: number;
  readonly droppedPackets: number;
  readonly droppedBytes: number;
}

/** What the rules say now; pairs as `pairKey` has them. */
export interface Counts {
  /** Those of which everything is dropped. */
  readonly cut: readonly string[];
  readonly pairs: Readonly<Record<string, PairCount>>;
}

/** Where member `at` is, of at most 200. */
export function addressOf(at: number): string {
  return `10.77.0.${11 + at}`;
}

/** The name of a member's namespace, and of the file below `/run/netns` that stands for it. */
export function namespaceOf(at: number): string {
  return `m${at}`;
}

export function pairKey([from, to]: Pair): string {
  return `${addressOf(from)} . ${addressOf(to)}`;
}

/**
 * Makes it, as a script of `sh -eu`. To be run where network and mounts are private: what is mounted and
 * laid here ends with the last process that is in there.
 */
export function setupScript(members: number): string {
  const all = [...Array(members).keys()];
  const bridge = [
    'link set lo up',
    'link add br0 type bridge',
    'addr add 10.77.0.1/24 dev br0',
    'link set br0 up',
    ...all.flatMap((at) => [
      `netns add ${namespaceOf(at)}`,
      `link add v${at} type veth peer name eth0 netns ${namespaceOf(at)}`,
      `link set v${at} master br0 up`,
    ]),
  ];
  const inside = (at: number): string[] => [
    `addr add ${addressOf(at)}/24 dev eth0`,
    'link set eth0 up',
    'link set lo up',
  ];
  return [
    // Names of namespaces are files here, and nobody else's /run is written to.
    'mount -t tmpfs tmpfs /run',
    'mkdir /run/netns',
    batch('ip', bridge),
    ...all.map((at) => batch(`ip -n ${namespaceOf(at)}`, inside(at))),
    `nft '${rules(members)}'`,
  ].join('\n');
}

function batch(ip: string, lines: readonly string[]): string {
  return `${ip} -batch - <<'END'\n${lines.join('\n')}\nEND`;
}

/** The one set that is changed is `cut`: what is added and removed in one command happens at once. */
function rules(members: number): string {
  const places = [...Array(members).keys()];
  const all = places.flatMap((a) => places.flatMap((b) => (a === b ? [] : [pairKey([a, b])])));
  const elements = all.length === 0 ? '' : `elements = { ${all.join(', ')} };`;
  return `table bridge antlion {
  set cut { type ipv4_addr . ipv4_addr; }
  set dropped { type ipv4_addr . ipv4_addr; counter; ${elements} }
  set passed { type ipv4_addr . ipv4_addr; counter; ${elements} }
  chain forwarded {
    type filter hook forward priority 0; policy accept;
    ether type ip6 drop
    ip saddr . ip daddr @cut ip saddr . ip daddr @dropped drop
    ip saddr . ip daddr @passed accept
  }
}`;
}

/** Cuts and heals pairs, all at once. */
export function changeScript(cut: readonly string[], heal: readonly string[]): string {
  const change = (verb: string, pairs: readonly string[]): string[] =>
    pairs.length === 0 ? [] : [`${verb} element bridge antlion cut { ${pairs.join(', ')} }`];
  return [...change('add', cut), ...change('delete', heal)].join('; ');
}

/** What prints the counts, and how they are read. */
export const countsArguments: readonly string[] = ['-j', 'list', 'table', 'bridge', 'antlion'];

interface Element {
  readonly concat?: readonly string[];
  readonly elem?: {
    readonly val: { readonly concat: readonly string[] };
    readonly counter?: { readonly packets: number; readonly bytes: number };
  };
}

export function readCounts(json: string): Counts {
  const { nftables } = JSON.parse(json) as {
    readonly nftables: readonly {
      readonly set?: { readonly name: string; readonly elem?: readonly Element[] };
    }[];
  };
  const elements = (name: string): readonly Element[] =>
    nftables.find(({ set }) => set?.name === name)?.set?.elem ?? [];
  const counters = (name: string): ReadonlyMap<string, { packets: number; bytes: number }> =>
    new Map(
      elements(name).flatMap(({ elem }) =>
        elem === undefined ? [] : [[keyOf(elem.val), elem.counter ?? { packets: 0, bytes: 0 }]],
      ),
    );
  const [dropped, passed] = [counters('dropped'), counters('passed')];
  const pairs = [...passed].map(([key, { packets, bytes }]): [string, PairCount] => {
    const lost = dropped.get(key) ?? { packets: 0, bytes: 0 };
    const count = { passedPackets: packets, passedBytes: bytes };
    return [key, { ...count, droppedPackets: lost.packets, droppedBytes: lost.bytes }];
  });
  const cut = elements('cut').map((e) => keyOf(e.elem?.val ?? { concat: e.concat ?? [] }));
  return { cut, pairs: Object.fromEntries(pairs) };
}

function keyOf({ concat }: { readonly concat: readonly string[] }): string {
  return concat.join(' . ');
}
