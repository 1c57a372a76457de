/** What the documents say is what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { invariantOf } from '../../harness/invariants/catalog.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';
import { modeRows, modes } from '../../reference-impl/mode/matrix.ts';
import { modesOf } from '../../reference-impl/mode/member.ts';
import { reference } from '../../reference-impl/system.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

const invariants = reference.promises.map((p) => (typeof p === 'string' ? invariantOf(p) : p));

describe('documents', () => {
  it('tell of each cell of the modes something that is judged, by a promise that there is', () => {
    const { cells } = modesOf(mechanisms);
    const known = new Set(invariants.map((i) => i.id));
    for (const { promise, what } of cells) assert.ok(promise === null || known.has(promise), what);
    for (const mode of modes) {
      for (const row of modeRows) {
        const judged = cells.filter((c) => c.mode === mode && c.row === row && c.promise !== null);
        assert.ok(judged.length > 0, `nothing is judged of ${mode}, ${row}`);
      }
    }
  });

  it('name only files that exist', () => {
    const text = read('harness/README.md');
    const section = text.slice(text.indexOf('## Follow one operation'), text.indexOf('## Words'));
    assert.ok(text.split(/\s+/).length < 3_000, 'a map has fewer than 3,000 words');
    const paths = [...section.matchAll(/`([\w-]+\/[\w/-]+\.ts)`/g)].map((m) => m[1] as string);
    assert.ok(paths.length > 10);
    for (const path of paths) {
      const at = /^(harness|scenarios|reference-impl|test)\//.test(path);
      assert.doesNotThrow(() => read(at ? path : `harness/${path}`), path);
    }
  });
});
