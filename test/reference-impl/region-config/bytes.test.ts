/** Two copies that differ in few of many keys find them for few bytes, and become the same. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Prng } from '../../../harness/core/prng.ts';
import type { Entry } from '../../../reference-impl/region-config/entry.ts';
import {
  hashOfVersion,
  isKept,
  joined,
  orderOf,
} from '../../../reference-impl/region-config/entry.ts';
import type { RegionMessage } from '../../../reference-impl/region-config/messages.ts';
import {
  answerHalves,
  answerHeld,
  answerRoot,
  answerWanted,
  rootOf,
} from '../../../reference-impl/region-config/sync.ts';
import { MerkleTree } from '../../../reference-impl/region-config/tree.ts';

/** Of one comparison and level: a message about one branch. */
const stepBytes = 100;
/** As much as configuration is: an endpoint and a few limits. */
const valueLength = 256;

describe('copies of regional configuration', () => {
  for (const keys of [10, 100, 1_000, 10_000]) {
    for (const differing of [1, 10, 100]) {
      if (differing > keys) continue;
      it(`of ${keys} keys find ${differing} for twice their bytes and ${stepBytes} a level`, () => {
        const draw = new Prng(keys + differing);
        const [a, b] = [new Side(), new Side()];
        for (let i = 0; i < keys; i++) {
          const first = entryOf(draw, 1);
          const key = `config/${i}`;
          a.put(key, first);
          b.put(key, first);
        }
        let bytes = 0;
        for (const i of draw.shuffle([...Array(keys).keys()]).slice(0, differing)) {
          const key = `config/${i}`;
          const changed = { ...entryOf(draw, 2), vector: [[1, 2] as const] };
          bytes += JSON.stringify([key, changed]).length;
          // On either side, or on one that the other has never heard of.
          (draw.below(2) === 0 ? a : b).put(key, changed);
        }
        const told = compare(a, b);
        assert.equal(a.text(), b.text());
        const bound = 2 * bytes + stepBytes * (1 + Math.ceil(Math.log2(keys)));
        assert.ok(told <= bound, `${told} bytes for ${bytes} that differ, wanted ${bound} at most`);
      });
    }
  }

  it('that are the same say one root', () => {
    const [a, b] = [new Side(), new Side()];
    for (const side of [a, b]) side.put('k', entryOf(new Prng(1), 1));
    assert.ok(compare(a, b) < stepBytes);
  });

  it('become the same by either of them from nothing', () => {
    for (const isFirst of [true, false]) {
      const [a, b] = [new Side(), new Side()];
      const draw = new Prng(7);
      for (let i = 0; i < 300; i++) (isFirst ? a : b).put(`config/${i}`, entryOf(draw, 1));
      compare(a, b);
      assert.equal(a.text(), b.text());
    }
  });

  it('end up the same in whatever order they meet', () => {
    const draw = new Prng(3);
    for (let round = 0; round < 500; round++) {
      const all = Array.from({ length: 4 }, (_, writer) => ({
        value: `${writer}`,
        stamp: draw.between(1, 3),
        writer,
        vector: [0, 1, 2, 3]
          .map((w) => [w, draw.below(w === writer ? 3 : 2) + (w === writer ? 1 : 0)] as const)
          .filter(([, n]) => n > 0),
      }));
      const ends = [draw.shuffle([...all]), draw.shuffle([...all])].map((order) => {
        return JSON.stringify(order.slice(1).reduce(meet, order[0] as Entry));
      });
      assert.equal(ends[0], ends[1], `round ${round}`);
    }
  });
});

class Side {
  readonly tree = new MerkleTree();
  readonly entries = new Map<string, Entry>();
  readonly branchesMax = 1_024;

  put(key: string, entry: Entry): void {
    const held = this.entries.get(key);
    const now = held === undefined ? entry : meet(held, entry);
    this.entries.set(key, now);
    this.tree.set(key, hashOfVersion(key, now));
  }

  text(): string {
    return JSON.stringify([...this.entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function meet(held: Entry, came: Entry): Entry {
  const order = orderOf(came, held);
  if (order === 'same') return held;
  return isKept(came, held) ? joined(came, held) : joined(held, came);
}

function entryOf(draw: Prng, changes: number): Entry {
  const value = Array.from({ length: valueLength }, () => draw.below(36).toString(36)).join('');
  return { value, stamp: changes, writer: 1, vector: [[1, changes]] };
}

/** All that both say until they are silent; the bytes of it. */
function compare(a: Side, b: Side): number {
  let bytes = 0;
  let open: { to: Side; from: Side; m: RegionMessage }[] = [{ to: b, from: a, m: rootOf(a) }];
  for (let round = 0; open.length > 0; round++) {
    assert.ok(round < 40, 'they come to an end');
    open = open.flatMap(({ to, from, m }) => {
      bytes += JSON.stringify(m).length;
      return heard(to, m).map((answer) => ({ to: from, from: to, m: answer }));
    });
  }
  return bytes;
}

function heard(side: Side, m: RegionMessage): RegionMessage[] {
  switch (m.kind) {
    case 'root':
      return answerRoot(side, m.hash);
    case 'halves':
      return answerHalves(side, m);
    case 'held':
      return answerHeld(side, m);
    case 'wanted':
      return answerWanted(side, m.keys);
    case 'entries':
      for (const [key, entry] of m.entries) side.put(key, entry);
      return [];
    case 'ask':
    case 'settle':
    case 'settled':
      return [];
  }
}
