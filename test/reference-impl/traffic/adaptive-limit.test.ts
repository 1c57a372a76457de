/** A limit by Little's law climbs although single windows are noisy, and stops at a queue that lasts. */
import assert from 'node:assert/strict';
import { programOf } from '../../../harness/runner/run-scenario.ts';
import { adaptiveOf } from '../../../reference-impl/adaptive-limit/config.ts';
import { adaptiveRules } from '../../../reference-impl/adaptive-limit/rules.ts';
import { unknownCapacity } from '../../../reference-impl/adaptive-limit/scenario.ts';

describe('a limit by Little’s law', () => {
  const { settings } = programOf(unknownCapacity, 1, 'virtual', null);
  const found = adaptiveOf(settings);
  assert.ok(found !== null);
  const config = { ...found, by: 'little' } as const;
  // 20 calls were out all the time and took 40 ms: 500 a second. A little later the limit is 22.
  const quiet = {
    limit: 22,
    quietUs: 40_000,
    tookUs: 40_000,
    perSecond: 500,
    recentUs: 40_000,
    hasLost: false,
    isUsed: true,
  };

  it('climbs by one while nothing waits', () => {
    assert.equal(adaptiveRules.next(quiet, config), 23);
  });

  it('climbs on past one window that was slow', () => {
    const noisy = { ...quiet, tookUs: 46_000, recentUs: 41_200 };
    assert.equal(adaptiveRules.next(noisy, config), 23);
  });

  it('falls to what the rate says once there is a queue for several windows', () => {
    const queued = { ...quiet, limit: 25, tookUs: 44_000, recentUs: 43_000 };
    assert.equal(adaptiveRules.next(queued, config), 20.6);
  });
});
