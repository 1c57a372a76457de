/** Histories that nobody here wrote, with the verdicts of those who did. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';

const folder = '../shared/histories';

describe('published histories', () => {
  it('of Knossos get the verdicts that were published', function () {
    if (!existsSync(`${folder}/expected.json`)) {
      console.log(`      skipped: ${folder} is not here`);
      this.skip();
    }
    const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as {
      file: string;
      linearizable?: boolean;
    }[];
    const knossos = expected.filter((e) => e.file.startsWith('knossos/'));
    assert.ok(knossos.length > 50);
    for (const { file, linearizable } of knossos) {
      const { ops } = readJepsen(readFileSync(`${folder}/${file}`, 'utf8'), 'edn', file);
      const result = checkLinearizable(ops, keyValueCells(0));
      assert.equal(result.kind, linearizable === true ? 'holds' : 'violated', file);
    }
  });
});
