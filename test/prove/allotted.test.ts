import assert from 'node:assert/strict';
import { allotted } from './allotted.ts';

describe('runs that are allotted by their cost', () => {
  it('take as much time each, and are as many as was asked for', () => {
    assert.deepEqual(allotted([1, 2, 4], 700, 1), [400, 200, 100]);
  });

  it('are never fewer than the least', () => {
    assert.deepEqual(allotted([1, 1_000], 100, 20), [100, 20]);
  });
});
