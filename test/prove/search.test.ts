/** A part of `npm run prove -- search`: the same search is the same, and a steered one finds what it must. */
import assert from 'node:assert/strict';
import { scenarioOf } from './runs.ts';
import { figuresOf, hardOnes, medianOf, timeToFind } from './search.ts';
import type { Compared } from './search.ts';

describe('time to find', () => {
  const stories = ['minority-partition', 'crash-storm'].map(scenarioOf);
  const limit = { runs: 20, events: 200_000 };

  it('of a broken node is told in runs and events, the same each time', () => {
    const taken = timeToFind('stale-read', 'guided', 1, limit, stories);
    assert.ok(taken !== null && taken.runs <= 20);
    assert.deepEqual(timeToFind('stale-read', 'guided', 1, limit, stories), taken);
  });

  it('counts as the limit where nothing was found', () => {
    assert.equal(medianOf([null, { runs: 3, events: 5 }, null], 'runs', limit), 20);
    assert.equal(
      medianOf([{ runs: 3, events: 5 }, null, { runs: 4, events: 9 }], 'events', limit),
      9,
    );
  });

  it('is compared by mutant, and told of all and of those that chance needs long for', () => {
    const found = (runs: number) => ({ runs, events: 10 * runs });
    const c = (mutant: string, guided: Compared['guided'], random: Compared['random']) => ({
      mutant,
      guided,
      random,
      cpuMs: { guided: [1, 2, 3], random: [4, 5, 6] },
    });
    const easy = c('easy', [found(1), found(1), found(1)], [found(2), found(3), found(2)]);
    const hard = c('hard', [found(4), found(5), found(6)], [found(15), null, found(10)]);
    const lost = c('lost', [null, null, found(3)], [found(10), found(10), null]);
    assert.deepEqual(hardOnes([easy, hard, lost], limit), [hard, lost]);
    assert.deepEqual(figuresOf([easy, hard], limit), {
      faster: { cpu: 2.5, events: 3, runs: 3 },
      foundPermille: { guided: 1_000, random: 833 },
      lost: [],
    });
    assert.deepEqual(figuresOf([lost], limit).lost, ['lost']);
  });
});
