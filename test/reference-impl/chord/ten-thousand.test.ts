/** Ten thousand peers that know what they are to know: a lookup takes half of log₂ n hops on the average, log₂ n at most. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Prng } from '../../../harness/core/prng.ts';
import { placeOf } from '../../../reference-impl/chord/ring.ts';
import type { View } from '../../../reference-impl/chord/ring.ts';
import { chordRules } from '../../../reference-impl/chord/rules.ts';

const peers = 10_000;
const lookups = 20_000;

describe('ten thousand peers of a ring', () => {
  const ring = Array.from({ length: peers }, (_, node) => ({ node, at: placeOf(node) })).sort(
    (a, b) => a.at - b.at,
  );

  it('are found by the obvious way, in no more hops than log₂ n', () => {
    const draw = new Prng(1);
    const views = new Map<number, View>();
    let sum = 0;
    let most = 0;
    for (let i = 0; i < lookups; i++) {
      const place = draw.below(2 ** 32);
      const { hops, owner } = find(draw.below(peers), place, views);
      assert.equal(owner, first(place), `lookup ${i}`);
      sum += hops;
      most = Math.max(most, hops);
    }
    const log = Math.log2(peers);
    assert.ok(most <= Math.ceil(log), `${most} hops`);
    // Theorem IV.2 and figure 10 of the paper: half of it on the average.
    assert.ok(Math.abs(sum / lookups - log / 2) < 1, `${sum / lookups} hops on the average`);
  });

  function find(
    from: number,
    place: number,
    views: Map<number, View>,
  ): { hops: number; owner: number } {
    let at = from;
    for (let hops = 0; hops <= peers; hops++) {
      let view = views.get(at);
      if (view === undefined) views.set(at, (view = viewOf(at)));
      const step = chordRules.step(place, view);
      assert.ok(step !== null);
      if ('owner' in step) return { hops, owner: step.owner };
      at = step.next;
    }
    throw new Error('a lookup goes round in circles');
  }

  function viewOf(self: number): View {
    const at = placeOf(self);
    const here = ring.findIndex((p) => p.node === self);
    const beside = (i: number): number => ring[(here + i + peers) % peers]?.node ?? 0;
    return {
      self,
      predecessor: beside(-1),
      successors: [1, 2, 3, 4, 5].map(beside),
      fingers: Array.from({ length: 32 }, (_, i) => first((at + 2 ** i) >>> 0)),
    };
  }

  /** The first at or after a place. */
  function first(place: number): number {
    let [low, high] = [0, peers];
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((ring[mid]?.at ?? 0) < place) low = mid + 1;
      else high = mid;
    }
    return ring[low % peers]?.node ?? 0;
  }
});
