/** The order in which exploration tries stories: what is new sooner, what is cheap sooner, each once a round. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Prng } from '../../harness/core/prng.ts';
import { Rounds } from '../../harness/runner/rounds.ts';
import type { Sketch } from '../../harness/runner/rounds.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { sketchOf } from '../../harness/runner/sketch.ts';
import { storiesToExplore } from '../prove/search.ts';

const [one, ...rest] = storiesToExplore();
assert.ok(one !== undefined);
const stories = [one, ...rest].slice(0, 12);

/** Names of one round in order, with these sketches by place in `stories`. */
function roundOf(seed: number, sketches: readonly Sketch[]): string[] {
  const places = new Map(stories.map(({ name }, i) => [name, sketches[i] as Sketch]));
  const rounds = new Rounds(stories, ({ name }) => places.get(name) as Sketch);
  const draw = new Prng(seed);
  return stories.map(() => rounds.next(draw).name);
}

describe('rounds', () => {
  it('try each story once, in the same order for the same seed, in another for another', () => {
    const sketches = stories.map((_, i) => ({ asks: [`promise ${i}`], cost: 1_000 }));
    const order = roundOf(1, sketches);
    assert.deepEqual(order.toSorted(), stories.map(({ name }) => name).toSorted());
    assert.deepEqual(roundOf(1, sketches), order);
    assert.notDeepEqual(roundOf(2, sketches), order);
  });

  it('come to what nobody asked before they come to the same again, over 100 seeds', () => {
    const sketches = stories.map((_, i) => ({
      asks: i < 10 ? ['promise a', 'operation read'] : [`promise ${i}`, `operation ${i}`],
      cost: 1_000,
    }));
    for (let seed = 0; seed < 100; seed++) {
      const first = roundOf(seed, sketches).slice(0, 3);
      assert.equal(first.filter((name) => name === stories[10]?.name).length, 1);
      assert.equal(first.filter((name) => name === stories[11]?.name).length, 1);
    }
  });

  it('come to what costs a tenth sooner, other things being equal, over 100 seeds', () => {
    const sketches = stories.map((_, i) => ({
      asks: ['promise a'],
      cost: i === 4 ? 1_000 : 10_000,
    }));
    for (let seed = 0; seed < 100; seed++) {
      assert.equal(roundOf(seed, sketches)[0], stories[4]?.name);
    }
  });

  it('know a load of many requests as many, and a long story of many nodes as dear', () => {
    const costOf = (name: string): number => {
      const story = storiesToExplore().find((s) => s.name === name);
      assert.ok(story !== undefined);
      return sketchOf(story, programOf(story, 1, 'virtual', null)).cost;
    };
    const cheap = costOf('lock-restart');
    assert.ok(cheap < 1_500, `${cheap}`);
    for (const dear of ['black-friday', 'restart-storm', 'override-at-24-h']) {
      assert.ok(costOf(dear) > 5 * cheap, dear);
    }
  });
});
