/** Errors lead to their page. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { linkedCode } from '../../harness/cli/error-link.ts';
import { errorCodes } from '../../harness/core/errors.ts';

describe('the code of an error', () => {
  it('is a link to its place on the page of errors, where a terminal can follow one', () => {
    const page = new URL('../../docs/reference/errors.md', import.meta.url);
    const headings = [...readFileSync(page, 'utf8').matchAll(/^## (E_\w+)$/gm)].map((m) => m[1]);
    assert.deepEqual(headings, Object.keys(errorCodes));
    for (const code of headings) {
      const shown = linkedCode(`${code}: E_USAGE is no code here.`, page);
      const link = `\u001b]8;;${page.href}#${code?.toLowerCase()}\u001b\\${code}\u001b]8;;\u001b\\`;
      assert.equal(shown, `${link}: E_USAGE is no code here.`);
    }
    assert.equal(linkedCode('no code: E_USAGE', page), 'no code: E_USAGE');
  });
});
