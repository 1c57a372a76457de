/** Histories that nobody here wrote, with the verdicts of those who did. */
import assert from 'node:assert/strict';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import { checkLinearizable } from '../../harness/checkers/linearizability.ts';
import { keyValueCells } from '../../harness/checkers/models/cells.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { publishedHistories } from './published-histories.ts';

describe('published histories', () => {
  it('of Knossos get the verdicts that were published', () => {
    const knossos = publishedHistories().filter((e) => e.linearizable !== undefined);
    assert.ok(knossos.length > 50);
    for (const { file, linearizable, text } of knossos) {
      const { ops } = readJepsen(text, 'edn', file);
      const result = checkLinearizable(ops, keyValueCells(0));
      assert.equal(result.kind, linearizable === true ? 'holds' : 'violated', file);
    }
  });

  it('of Elle get the verdicts that were published', () => {
    const elle = publishedHistories().filter((e) => e.workload !== undefined);
    assert.equal(elle.length, 7);
    for (const { file, workload = '', valid, text } of elle) {
      const [model = '', , level] = workload.split(' ');
      const history = readJepsen(text, 'edn', file);
      const isTransactional = model === 'list-append' && level !== undefined;
      const r = checkHistory(history, { model, ...(isTransactional && { consistency: level }) });
      assert.equal(r.verdict, valid === true ? 'holds' : 'violated', file);
      assert.equal(r.core.length > 0, r.verdict === 'violated', file);
    }
  });
});
