/** What a page offers to take away works as it is pasted: the test fails, the scenario runs. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'mocha';
import { loadModule } from '../../harness/cli/files/load-module.ts';
import type { Scenario } from '../../harness/core/scenario.ts';
import { codesFor } from '../../harness/page/prepare/codes.ts';
import { readRecordText } from '../../harness/runner/replay-record.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';

const path = 'fixtures/regressions/stale-read-linearizable-61bd836d.json';
const record = readRecordText(readFileSync(path, 'utf8'), path);

describe('code to take away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-codes-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const codes = codesFor(record, 'antlion replay TOKEN', "Reads don't go back.");
  const textOf = (title: string): string => codes.find((c) => c.title === title)?.text ?? '';

  it('is the command as it is typed', () => {
    assert.equal(textOf('Replay'), 'npx antlion replay TOKEN');
  });

  it('has a test that fails as long as the promise is broken, saying by which operations', async () => {
    const file = join(folder, 'found.test.ts');
    // Mocha's `it`, in one line.
    writeFileSync(file, `const it = (_: string, f: () => void): void => f();\n${textOf('Test')}`);
    await assert.rejects(loadModule(file), (e: Error) => {
      assert.match(e.message, /AssertionError: process \d+'s cas k0 nothing → 47 returned at/);
      return true;
    });
  });

  it('has a scenario of the same shape, faults and operations', async () => {
    const file = join(folder, 'again.ts');
    writeFileSync(file, textOf('Scenario'));
    const { default: scenario } = (await loadModule(file)) as { readonly default: Scenario };
    const program = programOf(scenario, 1, 'virtual', 'stale-read');
    const { shape, faults, clients, durationUs } = record.program;
    assert.deepEqual(
      [program.shape, program.faults, program.clients, program.durationUs],
      [shape, faults, clients, durationUs],
    );
    assert.deepEqual(scenario.promises, ['linearizable']);
    assert.match(textOf('Scenario'), /--runs 100 --mutant stale-read/);
  });

  it('is the command alone where the system is not one that anybody can import', () => {
    const own = codesFor({ ...record, system: 'kv.py' }, 'antlion replay TOKEN --system kv.ts', '');
    assert.deepEqual(
      own.map((c) => c.title),
      ['Replay'],
    );
  });
});
