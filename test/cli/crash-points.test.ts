/** `explore --crash-points` as a user has it: a scenario of one's own, and what was not tried is told. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { antlion, recordsOf, skipUnlessBuilt } from './antlion.ts';

const scenario = `
import { cluster, defineScenario, kvOperations } from 'antlion';
export default defineScenario({
  name: 'single',
  claim: 'A server that is killed knows all that it had answered.',
  promises: ['linearizable'],
  effective: 'any',
  story: (draw) => ({
    shape: cluster({ servers: 1, clients: 2 }),
    faults: [],
    clients: kvOperations(draw, {
      clients: 2, count: 12, keys: 1, pauseUs: 100_000, mix: { read: 1, write: 1 },
    }),
    durationUs: 6_000_000,
    deadlineUs: 1_000_000,
  }),
});
`;

describe('antlion explore --crash-points', function () {
  this.timeout(120_000);
  const project = mkdtempSync(join(tmpdir(), 'antlion-points-'));
  const explore = (...words: string[]): ReturnType<typeof antlion> =>
    antlion(['explore', './single.ts', '--crash-points', ...words], { cwd: project });

  before(function () {
    skipUnlessBuilt(this);
    writeFileSync(join(project, 'single.ts'), scenario);
  });
  after(() => rmSync(project, { recursive: true }));

  it('tries all that there are, and says so', async () => {
    const { code, stdout, stderr } = await explore();
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^single: \d+ crash points tried in \d+ runs: all that there are$/m);
  });

  it('tells what it had no runs left for', async () => {
    const { code, stdout } = await explore('--runs', '8');
    assert.equal(code, 0, stdout);
    assert.match(
      stdout,
      /^single: 8 crash points tried in 8 runs, not all\n {2}not tried: server-0 from record 3 on, down for 2 ms\n {2}not tried: server-0 from synced record 3 on, down for 2 ms$/m,
    );
    const json = await explore('--runs', '8', '--json');
    const [record] = recordsOf(json, 'crashPoints');
    assert.deepEqual([record?.['tried'], record?.['runs']], [8, 8]);
    assert.equal((record?.['untried'] as unknown[]).length, 6);
  });

  it('tries pairs where it is asked to, and says what they leave out', async () => {
    const { code, stdout, stderr } = await explore('--crash-pairs', '1', '--runs', '100');
    assert.equal(code, 0, stdout + stderr);
    assert.match(
      stdout,
      /^single: \d+ crash points and [1-9]\d* pairs of them tried in 100 runs, not all\n {2}not tried: a second crash after one that was tried, at up to \d+ points\n {2}not looked for: second crashes later than 1 point of their node and kind after the first, and third ones$/m,
    );
    const alone = await antlion(['explore', './single.ts', '--crash-pairs', '1'], { cwd: project });
    assert.equal(alone.code, 64, alone.stdout);
    assert.match(alone.stderr, /Pass --crash-points with it/);
  });

  it('finds a server that answers before its disk, and shows it again by a token', async () => {
    const { code, stdout, stderr } = await explore('--mutant', 'ack-before-fsync', '--runs', '20');
    assert.equal(code, 1, stdout + stderr);
    assert.match(stdout, /linearizable is violated[^]* {2}linearizable: violated in \d+ run/);
    const token = /antlion replay (\S+)/.exec(stdout)?.[1] ?? assert.fail(stdout);
    const again = await antlion(['replay', token], { cwd: project });
    assert.equal(again.code, 1, again.stderr);
    assert.match(again.stdout, /same trace/);
  });
});
