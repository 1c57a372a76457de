/** A part of `npm run prove` that every change can afford. */
import assert from 'node:assert/strict';
import { traceHashes, traceHashesInChild } from './hashes.ts';
import { homes } from './homes.ts';
import { profiles } from './profiles.ts';
import { falseAlarms, firstCatch, runSeed, scenarioOf } from './runs.ts';

describe('proof in small', () => {
  for (const [mutant, { scenario, invariant }] of Object.entries(homes)) {
    it(`${mutant} breaks ${invariant} in ${scenario}`, () => {
      assert.equal(firstCatch(scenarioOf(scenario), mutant, 200)?.invariant, invariant);
    });
  }

  for (const profile of profiles) {
    it(`the correct node keeps all its promises under ${profile.name}, 28 seeds`, () => {
      const { violated, unknown, different } = falseAlarms(profile, 28);
      assert.deepEqual(
        { violated, unknown, different },
        { violated: [], unknown: [], different: [] },
      );
    });
  }

  it('the same seed gives the same events, here and in a process that does not optimise', () => {
    const seeds = Array.from({ length: 10 }, (_, i) => 100 + i);
    const first = traceHashes('mixed-faults', seeds);
    assert.deepEqual(traceHashes('mixed-faults', seeds), first);
    assert.equal(new Set(first).size, seeds.length);
    const child = traceHashesInChild('mixed-faults', seeds.slice(0, 3), ['--no-opt']);
    assert.deepEqual(child, first.slice(0, 3));
  });

  it('a mutant has another trace than the correct node', () => {
    const scenario = scenarioOf('minority-partition');
    const hash = (mutant: string | null): string | null =>
      runSeed(scenario, 7, mutant).run.traceHash;
    assert.notEqual(hash('stale-read'), hash(null));
  });
});
