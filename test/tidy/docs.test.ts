/** What the documents say is what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { errorCodes } from '../../harness/core/errors.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

describe('documents', () => {
  it('list every error code with its exit code, and no other', () => {
    const rows = [...read('harness/README.md').matchAll(/^\| `(E_\w+)` +\| (\d+) /gm)];
    const listed = Object.fromEntries(rows.map((m) => [m[1], Number(m[2])]));
    assert.deepEqual(listed, { ...errorCodes });
  });

  it('name only files that exist', () => {
    const text = read('harness/README.md');
    const section = text.slice(text.indexOf('## Follow one operation'), text.indexOf('## Words'));
    const paths = [...section.matchAll(/`([\w-]+\/[\w/-]+\.ts)`/g)].map((m) => m[1] as string);
    assert.ok(paths.length > 10);
    for (const path of paths) {
      const at = path.startsWith('scenarios/') || path.startsWith('reference-impl/');
      assert.doesNotThrow(() => read(at ? path : `harness/${path}`), path);
    }
  });
});
