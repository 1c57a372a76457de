/** Every mechanism has the shape that others rely on, and what it says in its folder is run. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { describe, it } from 'mocha';
import { promisesOf } from '../../reference-impl/mechanism.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';
import { reference, scenarios } from '../../reference-impl/system.ts';
import { transcripts } from '../transcript.ts';
import { Stage } from './lanes/stage.ts';

describe('mechanisms', () => {
  it('have a folder each, and names of their own', () => {
    const ids = mechanisms.map((m) => m.id);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.ok(existsSync(`reference-impl/${id}/index.ts`), id);
  });

  it('have names of their own for mutants, promises, operations and stories', () => {
    const all = [
      mechanisms.flatMap((m) => Object.keys(m.mutants ?? {})),
      mechanisms.flatMap((m) =>
        promisesOf(m, mechanisms).map((p) => (typeof p === 'string' ? p : p.id)),
      ),
      mechanisms.flatMap((m) => (m.shape === 'front' ? [] : Object.keys(m.operations))),
      scenarios.map((s) => s.name),
    ];
    for (const names of all) assert.deepEqual(names, [...new Set(names)]);
  });

  it('say of each promise which mutant it kills', () => {
    const killed = new Set(
      mechanisms.flatMap((m) => Object.values(m.mutants ?? {}).flatMap((x) => x.breaks)),
    );
    for (const p of reference.promises) {
      const id = typeof p === 'string' ? p : p.id;
      assert.ok(killed.has(id), `no mutant breaks ${id}`);
    }
  });

  it('promise in their stories only what the system promises', () => {
    const promised = new Set(reference.promises.map((p) => (typeof p === 'string' ? p : p.id)));
    for (const s of scenarios) {
      for (const id of s.promises) assert.ok(promised.has(id), `${s.name}: ${id}`);
    }
  });
});

for (const m of mechanisms) {
  const folder = `reference-impl/${m.id}`;
  const isTold = existsSync(folder) && readdirSync(folder).some((file) => file.endsWith('.txt'));
  if (m.shape !== 'lane' || !isTold) continue;
  transcripts(m.id, new URL(`../../${folder}/`, import.meta.url), () => {
    const stage = new Stage(m);
    return (command) => stage.run(command);
  });
}
