/** The list of public reports: each names a test that is there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';

describe('the list of public reports on fault injection', () => {
  const rows = readFileSync('docs/decisions/fault-reports.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('.test.ts'));

  it('has 24, each with a test', () => {
    assert.equal(rows.length, 24);
    for (const row of rows) {
      const [, file = '', title = ''] = /`(test\/\S+)` · (.+?) *\|$/.exec(row) ?? [];
      assert.ok(readFileSync(file, 'utf8').includes(title), row);
    }
  });
});
