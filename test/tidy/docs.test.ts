/** What the documents say is what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { errorCodes } from '../../harness/core/errors.ts';
import { invariantOf } from '../../harness/invariants/catalog.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';
import { modesOf } from '../../reference-impl/mode/member.ts';
import { mutants, reference } from '../../reference-impl/system.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

const invariants = reference.promises.map((p) => (typeof p === 'string' ? invariantOf(p) : p));

describe('documents', () => {
  it('list every error code with its exit code, and no other', () => {
    const rows = [...read('harness/README.md').matchAll(/^\| `(E_\w+)` +\| (\d+) /gm)];
    const listed = Object.fromEntries(rows.map((m) => [m[1], Number(m[2])]));
    assert.deepEqual(listed, { ...errorCodes });
  });

  it('list promises, whether it is watched online, and a mutant that it kills', () => {
    const rows = [
      ...read('harness/README.md').matchAll(
        /^\| `([\w-]+)` +\| ([A-Z]\d+(?:, [A-Z]\d+)*) +\| \S.*? +\| (yes|no) +\| `([\w-]+)` +\|$/gm,
      ),
    ];
    const listed = rows.map((m) => [m[1], m[3] === 'yes']);
    // Those that came with a mechanism later need no row: `antlion list --mechanisms` prints them.
    const named = new Set(rows.map((m) => m[1]));
    assert.ok(named.size >= 22);
    assert.deepEqual(
      listed,
      invariants.filter((i) => named.has(i.id)).map((i) => [i.id, i.monitor !== undefined]),
    );
    for (const [, id, , , mutant] of rows) {
      assert.ok(mutants[mutant ?? '']?.breaks.includes(id ?? ''), `${mutant} breaks ${id}`);
    }
  });

  it('list the triggers of the modes, worst first, each with its mechanism', () => {
    const owner = (id: string): string | undefined =>
      mechanisms.find((m) => m.mode?.figures?.triggers.some((t) => t.id === id))?.id;
    const rows = modesOf(mechanisms).matrix.map(
      ({ id, row, enters, when }) => `| \`${id}\` | ${row} | ${enters} | ${when} | ${owner(id)} |`,
    );
    const text = read('harness/README.md').replaceAll(/ +\|/g, ' |');
    assert.ok(text.includes(rows.join('\n')), `wanted in harness/README.md:\n${rows.join('\n')}`);
  });

  it('name only promises that exist where they tell what is judged of each mode', () => {
    const text = read('harness/README.md');
    const section = text.slice(
      text.indexOf('## What is judged of each mode'),
      text.indexOf('## Words'),
    );
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
    const paths = [...section.matchAll(/`([\w-]+\/[\w/-]+\.ts)`/g)].map((m) => m[1] as string);
    assert.ok(paths.length > 10);
    for (const path of paths) {
      const at = /^(harness|scenarios|reference-impl|test)\//.test(path);
      assert.doesNotThrow(() => read(at ? path : `harness/${path}`), path);
    }
  });
});
