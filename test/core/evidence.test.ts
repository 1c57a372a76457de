/** Evidence is never used after its lifetime, and freshness only decays along a path (E2). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Evidence } from '../../harness/core/evidence.ts';
import { forwarded, isInForce, weakerFreshness } from '../../harness/core/evidence.ts';

const source: Evidence = {
  kind: 'registration',
  subject: 'back',
  scope: 'cluster',
  binding: 'revision 7',
  value: null,
  issuer: 0,
  issuedUs: 1_000,
  lifetimeUs: 500,
  freshness: 'fresh',
  staleUsMax: 0,
};

describe('evidence', () => {
  it('is in force until its lifetime ends, and not at that instant', () => {
    assert.equal(isInForce(source, 1_499), true);
    assert.equal(isInForce(source, 1_500), false);
  });

  it('loses what it travelled, and is never fresher than its source', () => {
    const once = forwarded(source, 200);
    const twice = forwarded(once, 400);
    assert.deepEqual(once, {
      ...source,
      lifetimeUs: 300,
      freshness: 'bounded-stale',
      staleUsMax: 200,
    });
    assert.deepEqual([twice.lifetimeUs, twice.staleUsMax], [0, 600]);
    assert.equal(forwarded({ ...source, freshness: 'historical' }, 1).freshness, 'historical');
  });

  it('takes the weaker freshness of two', () => {
    assert.equal(weakerFreshness('fresh', 'eventual'), 'eventual');
    assert.equal(weakerFreshness('historical', 'bounded-stale'), 'historical');
  });
});
