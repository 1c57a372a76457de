/** The comparison of breakers (`npm run prove -- frontier`) runs. */
import assert from 'node:assert/strict';
import { csvOf, drawn, frontier } from './frontier.ts';

describe('the frontier of breakers', () => {
  it('has ours on it, and is drawn', async () => {
    const rows = await frontier(1);
    const found = new Set(rows.map((r) => r.breaker));
    assert.deepEqual([...found].sort(), ['antlion', 'cockatiel', 'opossum']);
    assert.ok(rows.some((r) => r.breaker === 'antlion' && r.isOnFrontier));
    // Who lets more through than somebody on the frontier refuses less than he does.
    const best = rows.filter((r) => r.isOnFrontier);
    for (const [i, r] of best.entries()) {
      const next = best[i + 1];
      assert.ok(next === undefined || next.refusedWrongly <= r.refusedWrongly);
    }
    assert.equal(csvOf(rows).split('\n').length, rows.length + 1);
    assert.ok(drawn(rows).every((line) => !line.includes('undefined')));
  }).timeout(60_000);
});
