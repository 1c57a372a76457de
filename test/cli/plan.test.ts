/** `antlion plan` and `run --plan`, as a user calls them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { antlion, skipUnlessBuilt } from './antlion.ts';

const plan = `version: 1
steps:
  - { at: 2s, for: 3s, fault: partition, mode: drop, from: minority, to: majority }
`;

describe('antlion plan', () => {
  let folder = '';
  before(function () {
    skipUnlessBuilt(this);
    folder = mkdtempSync(join(tmpdir(), 'plan-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('shows step, target and undo, runs a scenario with it, and refuses what cannot be', async () => {
    const path = file('plan.yaml', plan);
    const shown = await antlion(['plan', 'show', path]);
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(
      shown.stdout,
      /steps\[0\]: after 2 s for 3 s: partition \(drop\) minority ⇎ majority; undone: the links pass again/,
    );
    const run = await antlion(['run', 'leader-crash', '--plan', path, '--json']);
    assert.equal(run.code, 0, run.stdout);
    assert.match(run.stdout, /"faults":\{"planned":1,"effective":1/);
    const value = `export default ${JSON.stringify({ version: 1, steps: [{ for: '1s', fault: 'pause', on: 'servers' }] })};`;
    const refused = await antlion(['plan', 'check', file('plan.mjs', value)]);
    assert.equal(refused.code, 64);
    assert.match(refused.stderr, /^E_PLAN: plan\.mjs: steps\.0: from 0 µs on no server of 5 could/);
    assert.equal((await antlion(['plan', 'check', join(folder, 'none.yaml')])).code, 64);
  });
});
