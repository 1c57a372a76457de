/** What is done to a system, whatever it is asked for meanwhile: nothing at all, or one kind of trouble. */
import { secondsUs } from '../../harness/index.ts';
import type { Fault, NodeTarget, Prng } from '../../harness/index.ts';

/** What there is to be troubled. */
export interface Ground {
  readonly servers: number;
  readonly clients: number;
  /** Can anybody tell who leads? Otherwise any member is as good as another. */
  readonly hasLeader: boolean;
  /** Can links among members be cut? Otherwise those of half of the clients are. */
  readonly arePeersOurs: boolean;
}

export interface Trouble {
  /** The last word of a scenario's name. */
  readonly name: string;
  /** The end of its claim. */
  when(ground: Ground): string;
  /** Between two rounds of it, µs: long enough to recover. */
  roundUs(ground: Ground): number;
  /** One round that begins at `atUs`. */
  faults(draw: Prng, ground: Ground, atUs: number): readonly Fault[];
}

const usualUs = secondsUs(6);
/** A member that is told to stop is given so long, from its stop to the next one's. */
const restartUs = secondsUs(3);

const calm: Trouble = {
  name: 'calm',
  when: () => 'while nothing is done to it',
  roundUs: () => usualUs,
  faults: () => [],
};

const kill: Trouble = {
  name: 'kill',
  when: (ground) => `while ${whom(ground)} is killed and comes back`,
  roundUs: () => usualUs,
  faults: (draw, ground, atUs) => [
    { kind: 'crash', atUs, untilUs: atUs + secondsUs(2), nodes: oneOf(draw, ground) },
  ],
};

/** Longer than what any of them takes for the loss of a leader, and than the TTL of a lease. */
const pause: Trouble = {
  name: 'pause',
  when: (ground) => `while ${whom(ground)} stands still and goes on`,
  roundUs: () => usualUs,
  faults: (draw, ground, atUs) => [
    { kind: 'pause', atUs, untilUs: atUs + 2_500_000, nodes: oneOf(draw, ground) },
  ],
};

/** One pair first, which leaves all three in touch by way of the third; then all pairs with the leader's side. */
const partition: Trouble = {
  name: 'partition',
  when: (ground) =>
    cutsPeers(ground)
      ? 'while two members are cut off from each other, and then a minority from the rest'
      : `while half of the clients are cut off from ${whom(ground)}`,
  roundUs: () => usualUs,
  faults(draw, ground, atUs) {
    const mode = draw.pick(['drop', 'stall'] as const);
    const cut = { kind: 'partition', mode } as const;
    if (!cutsPeers(ground)) {
      const links = { from: someClients(draw, ground), to: oneOf(draw, ground), bothWays: true };
      return [{ ...cut, atUs, untilUs: atUs + 2_500_000, links }];
    }
    const [a, b] = aPair(draw, ground);
    const [pairUs, allUs] = [atUs + 1_000_000, atUs + 1_300_000];
    const sides = { from: { of: 'minority' }, to: { of: 'majority' }, bothWays: true } as const;
    return [
      { ...cut, atUs, untilUs: pairUs, links: { from: a, to: b, bothWays: true } },
      { ...cut, atUs: allUs, untilUs: allUs + 2_200_000, links: sides },
    ];
  },
};

const oneWay: Trouble = {
  name: 'one-way',
  when: (ground) =>
    cutsPeers(ground)
      ? `while the others do not hear ${whom(ground)}, which hears them`
      : `while ${whom(ground)} does not hear half of the clients`,
  roundUs: () => usualUs,
  faults(draw, ground, atUs) {
    const one = oneOf(draw, ground);
    const links = cutsPeers(ground)
      ? { from: one, to: { of: 'servers' as const }, bothWays: false }
      : { from: someClients(draw, ground), to: one, bothWays: false };
    return [{ kind: 'partition', mode: 'drop', atUs, untilUs: atUs + 2_500_000, links }];
  },
};

/** Nothing is down, so that whoever waits for answers has to decide by itself how long. */
const slow: Trouble = {
  name: 'slow',
  when: (ground) =>
    cutsPeers(ground)
      ? `while all links of ${whom(ground)} are slow`
      : `while half of the clients reach ${whom(ground)} slowly`,
  roundUs: () => usualUs,
  faults(draw, ground, atUs) {
    const delayUs = draw.between(60_000, 250_000);
    const one = oneOf(draw, ground);
    const links = cutsPeers(ground)
      ? { from: one, to: { of: 'servers' as const }, bothWays: true }
      : { from: someClients(draw, ground), to: one, bothWays: true };
    const untilUs = atUs + secondsUs(3);
    return [{ kind: 'latency', atUs, untilUs, delayUs, jitterUs: delayUs >> 1, links }];
  },
};

/** Each is told to stop and started again, as an upgrade does. */
const rolling: Trouble = {
  name: 'rolling',
  when: () => 'while its members are restarted one after the other',
  roundUs: ({ servers }) => servers * restartUs + secondsUs(1),
  faults: (_, { servers }, atUs) =>
    Array.from({ length: servers }, (_n, node): Fault => {
      const stopUs = atUs + node * restartUs;
      const nodes = { of: 'node', node } as const;
      return { kind: 'crash', clean: true, atUs: stopUs, untilUs: stopUs + 800_000, nodes };
    }),
};

/** Longer than any lease; nobody else is told, and the jump back is one more. */
const clock: Trouble = {
  name: 'clock',
  when: (ground) => `while the clock of ${whom(ground)} is an hour ahead and right again`,
  roundUs: () => usualUs,
  faults(draw, ground, atUs) {
    const untilUs = atUs + 2_500_000;
    const ahead = { kind: 'clock', jumpUs: secondsUs(3_600), driftPpm: 0 } as const;
    return [{ ...ahead, atUs, untilUs, nodes: oneOf(draw, ground) }];
  },
};

/** In the order in which they are tried: first nothing, as much of what is wrong shows without any fault. */
export const troubles: readonly Trouble[] = [
  ...[calm, kill, pause, partition, oneWay, slow, rolling],
  clock,
];

function whom({ hasLeader, servers }: Ground): string {
  return servers === 1 ? 'its one member' : hasLeader ? 'its leader' : 'a member';
}

function cutsPeers({ arePeersOurs, servers }: Ground): boolean {
  return arePeersOurs && servers > 1;
}

function oneOf(draw: Prng, { hasLeader, servers }: Ground): NodeTarget {
  return hasLeader ? { of: 'leader' } : { of: 'node', node: draw.below(servers) };
}

function aPair(draw: Prng, { hasLeader, servers }: Ground): readonly [NodeTarget, NodeTarget] {
  if (hasLeader) return [{ of: 'leader' }, { of: 'follower' }];
  const node = draw.below(servers);
  const other = (node + 1 + draw.below(servers - 1)) % servers;
  return [
    { of: 'node', node },
    { of: 'node', node: other },
  ];
}

/** Every second one: as likely as not whoever holds something is among them. */
function someClients(draw: Prng, { servers, clients }: Ground): NodeTarget {
  const first = draw.below(2);
  const nodes = Array.from({ length: clients }, (_, c) => servers + c);
  return { of: 'nodes', nodes: nodes.filter((_, c) => c % 2 === first) };
}
