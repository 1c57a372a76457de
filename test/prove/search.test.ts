/** A part of `npm run prove -- search`: the same search is the same, and a steered one finds what it must. */
import assert from 'node:assert/strict';
import { scenarioOf } from './runs.ts';
import { medianOf, timeToFind } from './search.ts';

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
});
