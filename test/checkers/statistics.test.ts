/** Bounds that chance does not pass, and what does: unfair draws, and keys that move without need. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkMovement } from '../../harness/checkers/movement.ts';
import { chiSquare, likelyAtMost, likelyChiSquare } from '../../harness/checkers/statistics.ts';
import { hashText, mix32, Prng } from '../../harness/core/prng.ts';

describe('bounds that chance does not pass', () => {
  it('are never passed in a hundred thousand fair draws, and soon by an unfair one', () => {
    const draw = new Prng(1);
    for (const trials of [10, 100, 1_000]) {
      const most = likelyAtMost(trials, 0.5, 1);
      for (let run = 0; run < 100_000 / trials; run++) {
        let hits = 0;
        for (let i = 0; i < trials; i++) hits += draw.below(2);
        assert.ok(hits <= most);
      }
    }
    assert.ok(likelyAtMost(1_000, 0.5, 1) < 620);
    assert.ok(likelyAtMost(200, 0.6, 2) < 180);
  });

  it('of the chi-square lie above its own quantiles, and not far above', () => {
    // Quantiles of the chi-square distribution at 1 - 10⁻⁹, by degrees of freedom.
    const quantiles = { 1: 37.33, 2: 41.45, 5: 50.83, 10: 63.52, 30: 104.9 };
    for (const [freedom, quantile] of Object.entries(quantiles)) {
      const limit = likelyChiSquare(Number(freedom) + 1, 1);
      assert.ok(limit > quantile && limit < 1.6 * quantile, `${freedom}: ${limit}`);
    }
    assert.ok(likelyChiSquare(4, 1_000) > likelyChiSquare(4, 1));
  });

  it('of the chi-square are never passed by 20,000 fair draws of few or many, and soon by unfair ones', () => {
    const draw = new Prng(2);
    for (const [cells, trials] of [
      [2, 5],
      [8, 20],
      [16, 2_000],
    ] as const) {
      const shares = Array.from({ length: cells }, () => 1 / cells);
      const limit = likelyChiSquare(cells, 1);
      for (let run = 0; run < 20_000 / Math.sqrt(trials); run++) {
        const counts = shares.map(() => 0);
        for (let i = 0; i < trials; i++) counts[draw.below(cells)]! += 1;
        assert.ok(chiSquare(counts, shares) <= limit);
      }
    }
    const lopsided = [1_200, 1_000, 1_000, 800];
    assert.ok(chiSquare(lopsided, [0.25, 0.25, 0.25, 0.25]) > likelyChiSquare(4, 1));
    assert.ok(Math.abs(chiSquare(lopsided, [0.3, 0.25, 0.25, 0.2])) < 1e-9);
  });
});

describe('movement when owners come and go', () => {
  const keys = Array.from({ length: 10_000 }, (_, i) => `key-${i}`);
  const owners = (n: number): string[] => Array.from({ length: n }, (_, i) => `owner-${i}`);
  type Rule = (key: string, of: readonly string[]) => string;
  const assign = (rule: Rule, of: readonly string[]): Map<string, string> =>
    new Map(keys.map((key) => [key, rule(key, of)]));
  const rendezvous: Rule = (key, of) => {
    const weight = (o: string): number => mix32(hashText(o) ^ mix32(hashText(key)));
    return of.reduce((best, o) => (weight(o) > weight(best) ? o : best));
  };
  const modulo: Rule = (key, of) => of[mix32(hashText(key)) % of.length] as string;

  it('is minimal with rendezvous hashing, whoever comes or goes', () => {
    for (const [before, after] of [
      [owners(9), owners(10)],
      [owners(10), owners(10).toSpliced(4, 1)],
      [owners(10), [...owners(9), 'newcomer']],
    ] as const) {
      const m = checkMovement(assign(rendezvous, before), assign(rendezvous, after));
      assert.deepEqual(
        { needless: m.needless, sentences: m.sentences },
        { needless: 0, sentences: [] },
      );
      assert.ok(m.moved > 700 && m.moved < 2_400, `${m.moved}`);
    }
  });

  it('is not with the remainder of a division, which moves nearly all', () => {
    const m = checkMovement(assign(modulo, owners(9)), assign(modulo, owners(10)));
    assert.ok(m.needless > 7_000);
    assert.match(
      m.sentences.join('\n'),
      /moved from owner-\d to owner-\d, and both were there.*\n.*0 ‰ may/,
    );
  });

  it('is not when a newcomer takes more than its share', () => {
    const greedy: Rule = (key, of) =>
      of.includes('owner-9') && hashText(key) % 5 === 0 ? 'owner-9' : rendezvous(key, owners(9));
    const m = checkMovement(assign(greedy, owners(9)), assign(greedy, owners(10)));
    assert.equal(m.needless, 0);
    assert.match(m.sentences.join('\n'), /owner-9 came and took \d+ of 10000 keys/);
    const patient = checkMovement(assign(greedy, owners(9)), assign(greedy, owners(10)), {
      sharePermilleMax: 2_500,
    });
    assert.deepEqual(patient.sentences, []);
  });
});
