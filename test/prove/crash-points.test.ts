/** A part of `npm run prove -- crash-points`: what a short program has of them is tried to the last, or told. */
import assert from 'node:assert/strict';
import { crashPointsTried } from './crash-points.ts';

describe('crash points of a short program', () => {
  it('are all tried, and none makes the correct server forget', () => {
    const found = crashPointsTried(null, 1, 400);
    assert.equal(found.foundAt, null);
    assert.deepEqual(found.untried, []);
    // For each kind and time down one run finds that there are no more.
    assert.equal(found.tried, found.runs - 6);
    assert.ok(found.tried >= 20, JSON.stringify(found));
  });

  it('find a server that answers before its disk, the same each time', () => {
    const found = crashPointsTried('ack-before-fsync', 1, 400);
    assert.notEqual(found.foundAt, null);
    assert.deepEqual(crashPointsTried('ack-before-fsync', 1, 400), found);
  });

  it('that were not tried are told', () => {
    const { untried, tried } = crashPointsTried(null, 1, 6);
    assert.equal(tried, 6);
    assert.equal(untried.length, 6);
    assert.equal(untried[0], 'server-0 from record 2 on, down for 2 ms');
  });
});
