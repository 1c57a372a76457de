/** Bare push gossip in rounds: the process of the theory, without a protocol around it. */
import type { Prng } from '../../harness/core/prng.ts';

export interface PushGossip {
  readonly members: number;
  /** Each informed member tells this many others, at random, in each round. */
  readonly fanout: number;
  /** Of the messages, per thousand. */
  readonly lossPermille: number;
}

/** Rounds until all are informed, beginning with one. */
export function pushGossipRounds(draw: Prng, g: PushGossip): number {
  const isInformed = new Uint8Array(g.members);
  // The first `count` of these are informed.
  const informed = new Int32Array(g.members);
  isInformed[0] = 1;
  let count = 1;
  let rounds = 0;
  for (; count < g.members; rounds++) {
    const tellers = count;
    for (let sends = tellers * g.fanout, i = 0; i < sends; i++) {
      const teller = informed[i % tellers] as number;
      // Uniform among the others.
      const other = draw.below(g.members - 1);
      const to = other >= teller ? other + 1 : other;
      if (isInformed[to] === 1 || draw.chance(g.lossPermille)) continue;
      isInformed[to] = 1;
      informed[count] = to;
      count += 1;
    }
  }
  return rounds;
}

/** log_(1+Fp) n + ln n / (Fp) (Frieze and Grimmett 1985; Pittel 1987; with loss Doerr et al. 2009). */
export function pushGossipFormula(g: PushGossip): number {
  const rate = g.fanout * (1 - g.lossPermille / 1_000);
  return Math.log(g.members) / Math.log(1 + rate) + Math.log(g.members) / rate;
}
