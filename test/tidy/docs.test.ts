/** What the documents say is what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { invariantOf } from '../../harness/invariants/catalog.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';
import { modesOf } from '../../reference-impl/mode/member.ts';
import { reference } from '../../reference-impl/system.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

const invariants = reference.promises.map((p) => (typeof p === 'string' ? invariantOf(p) : p));

describe('documents', () => {
  it('list the triggers of the modes, worst first, each with its mechanism', () => {
    const owner = (id: string): string | undefined =>
      mechanisms.find((m) => m.mode?.figures?.triggers.some((t) => t.id === id))?.id;
    const rows = modesOf(mechanisms).matrix.map(
      ({ id, row, enters, when }) => `| \`${id}\` | ${row} | ${enters} | ${when} | ${owner(id)} |`,
    );
    const text = read('docs/reference/modes.md').replaceAll(/ +\|/g, ' |');
    assert.ok(
      text.includes(rows.join('\n')),
      `wanted in docs/reference/modes.md:\n${rows.join('\n')}`,
    );
  });

  it('name only promises that exist where they tell what is judged of each mode', () => {
    const section = read('docs/reference/modes.md');
    const named = new Set([...section.matchAll(/: `([\w-]+)`/g)].map((m) => m[1]));
    const known = invariants.map((i) => i.id);
    const cells = [...section.matchAll(/^\| (Target|Degraded|Floor|Recovery), /gm)];
    assert.equal(cells.length, 16);
    assert.ok(named.size > 5);
    for (const id of named) assert.ok(known.includes(id ?? ''), id);
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
