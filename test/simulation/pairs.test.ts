/** Every ordered pair of kinds, in every order of beginning and ending, as `overlap.ts` defines it. */
import assert from 'node:assert/strict';
import { simulation } from '../../harness/simulation/environment.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { checkPairs } from '../conformance/pair-judge.ts';
import { allShapes, pairProgram, variants } from '../conformance/pairs.ts';
import type { Pair } from '../conformance/pairs.ts';

describe('pairs of faults in simulation', () => {
  for (const first of Object.keys(variants)) {
    it(`${first} with each other kind, nested, staggered and together`, () => {
      const pairs: Pair[] = Object.keys(variants).flatMap((second) =>
        allShapes.map((shape) => ({ first, second, shape })),
      );
      const p = pairProgram(pairs, pairs.length);
      const { history } = simulation().run(echoSystem, p.program);
      for (const [pair, together] of checkPairs(history, p)) {
        assert.ok(together > 0, `${JSON.stringify(pair)}: both at once`);
      }
    });
  }
});
