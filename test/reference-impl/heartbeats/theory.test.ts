/** The accrual detector against its own theory: of normal intervals one in 10^phi is longer than it waits. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { likelyAtMost } from '../../../harness/checkers/statistics.ts';
import { Prng } from '../../../harness/core/prng.ts';
import { heartbeatsOf } from '../../../reference-impl/heartbeats/config.ts';
import { LastIntervals } from '../../../reference-impl/heartbeats/intervals.ts';
import { heartbeatRules } from '../../../reference-impl/heartbeats/rules.ts';

const beats = 200_000;
const [meanUs, deviationUs] = [200_000, 30_000];

describe('the accrual detector', () => {
  for (const phi of [1, 2, 3, 4]) {
    it(`errs once in 10^${phi} heartbeats of normal intervals`, () => {
      const settings = { policyDivisor: 1, deadlineUs: 1, mutant: null };
      const config = heartbeatsOf({ ...settings, extra: { heartbeats: { phi, window: 1_000 } } });
      assert.ok(config !== null);
      const draw = new Prng(phi);
      const intervals = new LastIntervals(config.window);
      let alarms = 0;
      let looks = 0;
      for (let i = 0; i < beats; i++) {
        const us = Math.max(0, Math.round(meanUs + deviationUs * normal(draw)));
        if (i >= config.window) {
          looks += 1;
          if (us > heartbeatRules.limitUs(intervals.seen, config)) alarms += 1;
        }
        intervals.add(us);
      }
      // Estimated from a thousand intervals, a quantile is off by some hundredths of a deviation: 15 % at these.
      const share = 1 / 10 ** phi;
      assert.ok(alarms <= likelyAtMost(looks, 1.15 * share, 8), `${alarms} of ${looks}`);
      const misses = looks - alarms;
      assert.ok(misses <= likelyAtMost(looks, 1 - 0.85 * share, 8), `${alarms} of ${looks}`);
    });
  }

  it('forgets what has left its window', () => {
    const intervals = new LastIntervals(3);
    for (const us of [9_000_000, 100, 200, 300]) intervals.add(us);
    const { count, meanUs: mean, deviationUs: deviation } = intervals.seen;
    assert.deepEqual([count, mean], [3, 200]);
    assert.ok(Math.abs(deviation - 81.65) < 0.01);
  });
});

/** A sum of 96 uniform ones, of variance 8: near enough to normal up to four deviations. */
function normal(draw: Prng): number {
  let sum = -48;
  for (let i = 0; i < 96; i++) sum += draw.below(1_000_001) / 1_000_000;
  return sum / Math.sqrt(8);
}
