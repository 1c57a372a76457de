/** Links among members of a private network by name, and the pairs of addresses that they are there. */
import { assert } from '../core/assert.ts';
import type { LinkDirection } from '../links/links.ts';
import { pairKey } from './layout.ts';
import type { Pair } from './layout.ts';

export class Pairs {
  /** The pair of each link `from->to`, in the direction of its name. */
  readonly links: ReadonlyMap<string, Pair>;

  /** `names` by their places. */
  constructor(names: readonly string[]) {
    this.links = new Map(
      names.flatMap((from, a) =>
        names.flatMap((to, b) => (a === b ? [] : [[`${from}->${to}`, [a, b] as const] as const])),
      ),
    );
  }

  /** A packet from one to the other is one, whoever opened the connection: each pair once. */
  of(on: readonly LinkDirection[]): readonly string[] {
    const pairs = on.map(({ link, stream }) => {
      const pair = this.links.get(link);
      assert(pair !== undefined, 'the link is one of this network', { link });
      const [from, to] = pair;
      return pairKey(stream === 'upstream' ? [from, to] : [to, from]);
    });
    return [...new Set(pairs)];
  }

  nameOf(pair: string): string {
    const found = [...this.links].find(([, places]) => pairKey(places) === pair);
    return found?.[0] ?? pair;
  }
}
