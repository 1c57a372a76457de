/** Every broken node is caught from a known seed, by the right invariant (`antlion mutants` finds the seeds). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { firstBroken } from '../../harness/cli/search/mutant-search.ts';
import { scenariosMatching } from '../../harness/cli/scenarios.ts';
import { mutants, reference } from '../../reference-impl/system.ts';
import { shows } from './shows.ts';

describe('mutants', () => {
  it('each says where it shows, here or in its folder', () => {
    const told = Object.keys(mutants).filter((id) => mutants[id]?.missed === undefined);
    assert.deepEqual(told.sort(), Object.keys(shows).sort());
  });

  for (const [id, [name, seed]] of Object.entries(shows)) {
    it(`${id} shows in ${name}, seed ${seed}`, () => {
      const [scenario] = scenariosMatching([name]);
      assert.ok(scenario !== undefined);
      const broken = firstBroken(reference, scenario, seed, id);
      assert.ok(
        broken !== null && mutants[id]?.breaks.includes(broken),
        `${broken ?? 'nothing'} was broken, wanted ${mutants[id]?.breaks.join(' or ')}`,
      );
    });
  }
});
