/** What a check makes of what it is told, by the numbers of D2. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CheckState, worst } from '../../../reference-impl/consul-api/check-state.ts';
import type { Status } from '../../../reference-impl/consul-api/check-state.ts';
import { checksOf } from '../../../reference-impl/consul-api/input.ts';

const second = 1_000_000;
const d2 = { successesToPassing: 2, failuresToCritical: 3, deregisterUs: 30 * second, ttlUs: 0 };
const letters: Readonly<Record<string, Status>> = { p: 'passing', w: 'warning', c: 'critical' };

/** Results a second apart, and what it is after each. */
function after(results: string, first: Status, config = d2): string {
  const state = new CheckState(config, first, 0);
  return [...results]
    .map((r, i) => {
      state.told(letters[r] as Status, (i + 1) * second);
      return state.status((i + 1) * second)[0];
    })
    .join('');
}

describe('a health check', () => {
  for (const [results, first, expected] of [
    ['ppp', 'critical', 'cpp'],
    ['pcpp', 'critical', 'cccp'],
    ['cccc', 'passing', 'ppcc'],
    ['ccpccc', 'passing', 'pppppc'],
    ['wp', 'passing', 'wp'],
    ['cwcc', 'passing', 'pwww'],
  ] as const) {
    it(`told ${results} when it was ${first} is ${expected}`, () => {
      assert.equal(after(results, first), expected);
    });
  }

  it('that reports itself is believed at once, and critical when it says nothing for its TTL', () => {
    const state = new CheckState({ ...d2, ttlUs: 10 * second }, 'critical', 0);
    state.told('passing', second);
    assert.equal(state.status(11 * second), 'passing');
    assert.equal(state.status(11 * second + 1), 'critical');
    state.told('warning', 12 * second);
    assert.equal(state.status(12 * second), 'warning');
  });

  it('is over once it has been critical for 30 s, counted from when it became so', () => {
    const state = new CheckState({ ...d2, ttlUs: 10 * second }, 'passing', 0);
    assert.equal(state.isOver(40 * second - 1), false);
    assert.equal(state.isOver(40 * second), true);
    state.told('passing', 41 * second);
    assert.equal(state.isOver(41 * second), false);
    assert.equal(new CheckState({ ...d2, deregisterUs: 0 }, 'critical', 0).isOver(1e12), false);
  });

  it('has the numbers of D2 unless told otherwise', () => {
    const [c] = checksOf({ Check: { HTTP: 'http://a/' } }, 'web');
    const numbers = [c?.intervalUs, c?.timeoutUs, c?.deregisterUs];
    assert.deepEqual(numbers, [10 * second, 3 * second, 30 * second]);
    assert.deepEqual([c?.successesToPassing, c?.failuresToCritical, c?.first], [2, 3, 'critical']);
    assert.throws(() => checksOf({ Check: { Args: ['true'] } }, 'web'), /Scripts are disabled/);
    assert.throws(() => checksOf({ Check: { Interval: '1s' } }, 'web'), /Invalid check/);
    assert.throws(() => checksOf({ Check: { TTL: 'soon' } }, 'web'), /invalid duration "soon"/);
  });

  it('the worst of several counts', () => {
    assert.deepEqual(
      [worst([]), worst(['passing', 'warning']), worst(['warning', 'critical'])],
      ['passing', 'warning', 'critical'],
    );
  });
});
