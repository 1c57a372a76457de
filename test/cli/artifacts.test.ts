/** What is kept of a run that is not green. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { writeLogs } from '../../harness/cli/run/artifacts.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';

describe('artifacts', () => {
  it('hold the last lines of each node that wrote any, each under its name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-artifacts-'));
    try {
      const program = programOf(minorityPartition, 1, 'virtual', null);
      const run = simulation().run(reference, program);
      writeLogs(folder, run, program);
      assert.deepEqual(readdirSync(folder), []);
      writeLogs(folder, { ...run, logs: [['one', 'two'], [], ['three']] }, program);
      assert.deepEqual(readdirSync(join(folder, 'logs')), ['server-0.log', 'server-2.log']);
      assert.equal(readFileSync(join(folder, 'logs/server-0.log'), 'utf8'), 'one\ntwo\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
