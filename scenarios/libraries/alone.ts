/** Promises of what only one may do at a time, as each was told: do two believe to be that one? */
import type { History, Invariant, Observation, Shape, Verdict } from '../../harness/index.ts';

/** What who holds a lock, or leads by one, was told of it. */
interface HolderObservation {
  readonly kind: 'holder';
  readonly what: 'acquired' | 'compromised' | 'released';
}

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly holder: HolderObservation;
  }
}

export type HolderNews = HolderObservation['what'];

/** What an observation says of its node: that it is the one, that it is not, or null, nothing of that. */
type Reading = (e: Observation) => boolean | null;

export const byHolder: Reading = (e) => (e.kind === 'holder' ? e.what === 'acquired' : null);
export const byRole: Reading = (e) => (e.kind === 'role' ? e.role === 'leader' : null);

interface Alone extends Pick<Invariant, 'id' | 'claim' | 'faultModel'> {
  /** Two are let be for so long, µs. */
  readonly usMax: number;
  readonly reads: Reading;
  /** What it is to be the one, of a name: `leads`. */
  readonly does: string;
}

export function alone({ id, claim, faultModel, usMax, reads, does }: Alone): Invariant {
  return {
    id,
    area: 'COORDINATION',
    claim,
    faultModel,
    judge(history, { shape }): Verdict {
      const found = together(history, reads, usMax);
      if (found === null) {
        const told = history.events.filter((e) => e.type === 'observe').length;
        return { kind: 'holds', invariant: id, basis: `${told} news` };
      }
      const [first, second] = found.who.map(({ node }) => nameOf(node, shape));
      const [firstUs, secondUs] = found.who.map((w) => inSeconds(w.sinceUs));
      const { untilUs } = found;
      const sentences = [
        `${first} was told at ${firstUs} that it ${does}, ${second} at ${secondUs}.`,
        `Neither was told anything else until ${inSeconds(untilUs)}, ${inSeconds(untilUs - found.who[1].sinceUs)} later.`,
      ];
      const explanation = { atUs: untilUs, sentences, ops: [] };
      return { kind: 'violated', invariant: id, claim, explanation };
    },
  };
}

interface Believer {
  readonly node: number;
  readonly sinceUs: number;
}

interface Together {
  /** The second was told last. */
  readonly who: readonly [Believer, Believer];
  /** When one of them was told otherwise, or the run ended, µs. */
  readonly untilUs: number;
}

/** The first two that were the one together for longer than `usMax`. */
function together({ events, endUs }: History, reads: Reading, usMax: number): Together | null {
  const sinceUs = new Map<number, number>();
  const longest = (untilUs: number): Together | null => {
    const latest = [...sinceUs].map(([node, us]) => ({ node, sinceUs: us }));
    const [second, first] = latest.sort((a, b) => b.sinceUs - a.sinceUs);
    if (first === undefined || second === undefined) return null;
    return untilUs - second.sinceUs > usMax ? { who: [first, second], untilUs } : null;
  };
  for (const e of events) {
    const isOne = e.type === 'observe' ? reads(e.value) : null;
    if (isOne === null || e.type !== 'observe') continue;
    if (isOne && !sinceUs.has(e.node)) sinceUs.set(e.node, e.timeUs);
    if (isOne) continue;
    const found = sinceUs.has(e.node) ? longest(e.timeUs) : null;
    if (found !== null) return found;
    sinceUs.delete(e.node);
  }
  return longest(endUs);
}

function nameOf(node: number, { nodes }: Shape): string {
  return nodes[node]?.name ?? `client-${node - nodes.length}`;
}

function inSeconds(us: number): string {
  return `${(us / 1_000_000).toFixed(2)} s`;
}
