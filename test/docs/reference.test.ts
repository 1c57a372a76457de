/** The reference that is made of manifests and comments says what they say. `npm run docs` writes it anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { format } from 'prettier';
import { schemas, schemaText } from '../../harness/cli/plan/schemas.ts';
import { apiPage } from './reference/api.ts';
import { benchPage } from './reference/bench.ts';
import { commandsPage } from './reference/commands.ts';
import { errorsPage } from './reference/errors.ts';
import { figuresPage } from './reference/figures.ts';
import { faultsPage } from './reference/faults.ts';
import { modesPage } from './reference/modes.ts';
import { operationsPage } from './reference/operations.ts';
import { promisesPage } from './reference/promises.ts';

const pages = [
  apiPage,
  benchPage,
  commandsPage,
  errorsPage,
  faultsPage,
  figuresPage,
  modesPage,
  operationsPage,
  promisesPage,
];

describe('the reference', () => {
  for (const page of pages) {
    it(`is up to date: ${page.file} (npm run docs)`, async () => {
      const path = join('docs/reference', page.file);
      const text = await format(page.text(), {
        parser: 'markdown',
        printWidth: 100,
        singleQuote: true,
      });
      if (process.env['REWRITE'] === '1') writeFileSync(path, text);
      assert.equal(readFileSync(path, 'utf8'), text, `${path} is out of date: npm run docs`);
    });
  }

  for (const name of Object.keys(schemas)) {
    it(`is up to date: ${name}.schema.json (npm run docs)`, async () => {
      const path = `docs/reference/${name}.schema.json`;
      const text = await format(schemaText(name), { parser: 'json', printWidth: 100 });
      if (process.env['REWRITE'] === '1') writeFileSync(path, text);
      assert.equal(readFileSync(path, 'utf8'), text, `${path} is out of date: npm run docs`);
    });
  }
});
