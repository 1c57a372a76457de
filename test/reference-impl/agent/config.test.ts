/** The policy scales as a whole, and what a run may tell the cluster is checked. */
import assert from 'node:assert/strict';
import type { Json } from '../../../harness/core/host.ts';
import {
  referenceSettings,
  scaled,
  standardPolicy,
  standardTiming,
} from '../../../reference-impl/config.ts';

describe('the policy', () => {
  it('divides every time and no count', () => {
    const p = scaled(standardPolicy, 20);
    assert.equal(p.leaseTtlUs, 1_500_000);
    assert.equal(p.mode.registryLostUs, 15_000_000);
    assert.deepEqual(p.breaker, {
      ...standardPolicy.breaker,
      openUs: 1_500_000,
      windowUs: 3_000_000,
      openUsMax: 15_000_000,
    });
    assert.equal(scaled(standardPolicy, 1), standardPolicy);
  });

  it('keeps a healthy node fresh although two refreshes in a row are lost', () => {
    assert.ok(3 * standardPolicy.refreshUs < standardPolicy.mode.freshUs);
    assert.ok(standardPolicy.cacheTtlUs <= standardPolicy.mode.registryLostUs);
    assert.ok(standardTiming.reserveUs < standardTiming.callUs);
  });
});

describe('the settings of a run', () => {
  const read = (extra: Record<string, Json>): unknown =>
    referenceSettings({ policyDivisor: 1, deadlineUs: 1, mutant: null, extra });

  it('have defaults', () => {
    const usual = {
      trafficUs: 0,
      balancer: 'two-choices',
      isZonePreferred: false,
      isFailFast: false,
    };
    const store = {
      batchMax: 128,
      snapshotBytes: 4 * 1_024 * 1_024,
      pieceBytes: 256 * 1_024,
      historyMax: 4_096,
      pageBytes: 1_024 * 1_024,
      catchUpUs: 10_000_000,
      sessionsMax: 1_024,
      freeLocksMax: 4_096,
    };
    const servers = {
      voters: Number.MAX_SAFE_INTEGER,
      leaseDriftPpm: null,
      meterUs: null,
      tellsProgress: false,
    };
    assert.deepEqual(read({}), { ...usual, ...store, ...servers });
  });

  it('are refused with a word on what is wanted', () => {
    assert.throws(() => read({ trafficUs: -1 }), /E_CONFIG: trafficUs is -1, wanted whole µs/);
    assert.throws(() => read({ balancer: 'best' }), /E_CONFIG: balancer is "best"/);
    assert.throws(() => read({ isZonePreferred: 1 }), /E_CONFIG: isZonePreferred is 1/);
    assert.throws(() => read({ snapshotBytes: 1.5 }), /E_CONFIG: snapshotBytes is 1.5, wanted/);
    assert.throws(() => read({ batchMax: 0 }), /E_CONFIG: batchMax is 0, wanted .* 1 or more/);
  });
});
