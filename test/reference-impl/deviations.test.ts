/** Where a mutant answers otherwise: noticing it changes no run, and without its answers it is the correct node. */
import assert from 'node:assert/strict';
import type { NodeId } from '../../harness/core/host.ts';
import type { System } from '../../harness/core/system.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { watched } from '../../reference-impl/deviations.ts';
import { reference, referenceWatched } from '../../reference-impl/system.ts';
import { scenarioOf } from '../prove/runs.ts';

/** Of rules of servers, tables, agents; the last one draws. */
const shown = [
  ['stale-read', 'minority-partition'],
  ['answers-anew', 'lost-answers'],
  ['breaker-opens-at-once', 'instance-crash'],
  ['same-timeouts', 'minority-partition'],
] as const;

describe('answers that a mutant gives otherwise', () => {
  for (const [mutant, story] of shown) {
    const hash = (system: System, id: string | null): string | null =>
      simulation().run(system, programOf(scenarioOf(story), 3, 'virtual', id)).traceHash;

    it(`of ${mutant} are noticed, and the run is the same`, () => {
      let noticed = 0;
      const system = referenceWatched({
        at() {
          noticed += 1;
          return true;
        },
      });
      assert.equal(hash(system, mutant), hash(reference, mutant));
      assert.ok(noticed > 0);
      noticed = 0;
      assert.equal(hash(system, null), hash(reference, null));
      assert.equal(noticed, 0, 'the correct node has none');
    });

    if (mutant === 'same-timeouts') continue;
    it(`of ${mutant} left out: the correct node`, () => {
      const system = referenceWatched({ at: () => false });
      assert.equal(hash(system, mutant), hash(reference, null));
    });
  }

  it('count where a rule draws otherwise, or knows no answer', () => {
    const noticed: (readonly [NodeId, string])[] = [];
    const usual = {
      drawn: (random: (n: number) => number) => random(10),
      told: (n: number) => ({ n }),
      known: (n: number): number => {
        if (n > 2) throw new Error('never asked');
        return n;
      },
    };
    const changed = {
      drawn: (random: (n: number) => number) => Math.max(1, random(10)),
      told: (n: number) => ({ n: Math.min(n, 1) }),
      known: (n: number) => n,
    };
    const rules = watched(usual, changed, 4, {
      at: (node, rule) => noticed.push([node, rule]) > 0,
    }) as typeof usual;
    assert.deepEqual([rules.drawn(() => 3), rules.told(1), rules.known(2)], [3, { n: 1 }, 2]);
    assert.deepEqual(noticed, []);
    assert.deepEqual([rules.drawn(() => 0), rules.told(2), rules.known(3)], [1, { n: 1 }, 3]);
    assert.deepEqual(noticed, [
      [4, 'drawn'],
      [4, 'told'],
      [4, 'known'],
    ]);
  });
});
