/** The names that are published: a change of them is a change of the file, which reviewers read. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'mocha';

const file = new URL('../testdata/api/public-api.txt', import.meta.url);
const entries = ['harness/index.ts', 'harness/environments.ts', 'harness/proxy.ts'];

/** `value NAME` or `type NAME` of every export, sorted. */
function namesOf(path: string): string[] {
  const source = readFileSync(path, 'utf8');
  return [...source.matchAll(/^export (type )?\{([^}]*)\}/gm)]
    .flatMap(([, isType, list = '']) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .map((name) => `${isType === undefined ? 'value' : 'type '} ${name}`),
    )
    .sort((a, b) => (a.slice(6) < b.slice(6) ? -1 : 1));
}

describe('the public API', () => {
  it('is this list of names (REWRITE=1 writes it anew)', () => {
    const text = entries.map((path) => `# ${path}\n${namesOf(path).join('\n')}\n`).join('\n');
    if (process.env['REWRITE'] === '1') writeFileSync(file, text);
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  it('exports nothing but by name', () => {
    for (const path of entries) {
      const rest = readFileSync(path, 'utf8')
        .replaceAll(/\/\*[^]*?\*\//g, '')
        .replaceAll(/^\/\/.*$/gm, '')
        .replaceAll(/^export (type )?\{[^}]*\} from '[^']+';$/gm, '');
      assert.equal(rest.trim(), '', path);
    }
  });
});
