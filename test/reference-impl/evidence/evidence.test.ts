/** Evidence is never used after its lifetime, and freshness only decays along a path (E2). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EvidenceOf } from '../../../reference-impl/evidence/observations.ts';
import { isInForce, weakerFreshness } from '../../../reference-impl/evidence/observations.ts';

const source: EvidenceOf<'registration'> = {
  kind: 'registration',
  subject: 'back',
  scope: 'cluster',
  binding: 'revision 7',
  value: { lease: 7, instance: 3 },
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

  it('takes the weaker freshness of two', () => {
    assert.equal(weakerFreshness('fresh', 'eventual'), 'eventual');
    assert.equal(weakerFreshness('historical', 'bounded-stale'), 'historical');
  });
});
