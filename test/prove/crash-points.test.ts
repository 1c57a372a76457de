/** A part of `npm run prove -- crash-points`: what a short program has of them is tried to the last, or told. */
import assert from 'node:assert/strict';
import { crashPointsTried, singleServer } from './crash-points.ts';

const tried = (mutant: string | null, runsMax: number, pairsWithin = 0, seed = 1) =>
  crashPointsTried(singleServer, mutant, seed, { runsMax, pairsWithin });

describe('crash points of a short program', () => {
  it('are all tried, and none makes the correct server forget', () => {
    const found = tried(null, 400);
    assert.equal(found.foundAt, null);
    assert.deepEqual(found.untried, []);
    // For each kind and time down one run finds that there are no more.
    assert.equal(found.tried, found.runs - 6);
    assert.ok(found.tried >= 20, JSON.stringify(found));
  });

  it('find a server that answers before its disk, the same each time', () => {
    const found = tried('ack-before-fsync', 400);
    assert.notEqual(found.foundAt, null);
    assert.deepEqual(tried('ack-before-fsync', 400), found);
  });

  it('that were not tried are told', () => {
    const { untried, tried: points } = tried(null, 6);
    assert.equal(points, 6);
    assert.equal(untried.length, 6);
    assert.equal(untried[0], 'server-0 from record 2 on, down for 2 ms');
  });

  it('in pairs find what no single one finds', () => {
    const singles = tried('read-before-noop', 400, 0, 5);
    assert.equal(singles.foundAt, null, JSON.stringify(singles));
    assert.deepEqual(singles.untried, []);
    const found = tried('read-before-noop', 400, 2, 5);
    assert.ok((found.foundAt ?? 0) > singles.runs, JSON.stringify(found));
    assert.deepEqual([found.tried, found.pairs > 0], [singles.tried, true]);
  });

  it('in pairs that were not tried are told', () => {
    const { untried, pairs, runs } = tried(null, 100, 1);
    assert.equal(runs, 100);
    // After each first crash one of each kind and time down, as far as there is one.
    const [line = '', ...rest] = untried;
    const left = Number(
      /^a second crash after one that was tried, at up to (\d+) points$/.exec(line)?.[1],
    );
    assert.deepEqual([rest, pairs > 0, left + pairs <= 84 * 6], [[], true, true], line);
  });
});
