/** A part of `npm run prove -- shrinking`: a mutant, and made-up causes. */
import assert from 'node:assert/strict';
import { Prng } from '../../harness/core/prng.ts';
import type { Program } from '../../harness/core/program.ts';
import { shrinkBudget } from '../../harness/runner/counterexample.ts';
import { shrink, size } from '../../harness/runner/shrink.ts';
import { cluster } from '../../harness/workload/cluster.ts';
import { optimumBelow, rowOf, shrunk } from './shrinking.ts';

describe('counterexamples near the minimum', () => {
  for (const mutant of ['stale-read']) {
    it(`${mutant}: at most 1.5 times the optimum, each step needed`, () => {
      const found = shrunk(mutant, { ...shrinkBudget, noiseThorough: 6 });
      assert.ok(found !== null);
      const row = rowOf(found, 40);
      assert.ok(row.isMinimal && row.isTold, JSON.stringify(row));
      assert.ok(row.optimum === null || row.steps <= 1.5 * row.optimum, JSON.stringify(row));
    });
  }

  it('as small as a search of all choices finds, over 60 made-up causes', () => {
    for (let seed = 0; seed < 60; seed++) {
      const draw = new Prng(seed);
      // Either of two sets of steps is enough; a greedy search may end at the larger one.
      const causes = [1, 2].map(() =>
        draw.shuffle([0, 1, 2, 3, 4, 5, 6, 7]).slice(0, draw.between(1, 3)),
      );
      const isFailing = (p: Program): boolean => {
        const ids = new Set(p.clients.flat().map((op) => op.id));
        return causes.some((all) => all.every((id) => ids.has(id)));
      };
      const failing = eightReads();
      const { program } = shrink(failing, {
        attempt: (p) => ({ violatedUs: isFailing(p) ? 5_000_000 : null, work: 1 }),
        workMax: 10_000,
        noiseQuick: 1,
        noiseThorough: 2,
      });
      const optimum = optimumBelow(failing, program, size(program), 10_000, isFailing);
      assert.ok(optimum !== null && size(program) <= 1.5 * optimum, `seed ${seed}`);
      assert.equal(isFailing(program), true);
    }
  });
});

function eightReads(): Program {
  const read = { afterUs: 1_000, f: 'read', key: 'k', value: null };
  return {
    scenario: 'made-up',
    shape: cluster({ servers: 3, clients: 1 }),
    faults: [],
    clients: [Array.from({ length: 8 }, (_, id) => ({ id, ...read }))],
    durationUs: 10_000_000,
    noiseSeed: 1,
    settings: { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} },
  };
}
