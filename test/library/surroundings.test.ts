/** What a library under test takes from its process: environment variables, and what it keeps of Node's modules. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { cluster, libraryUnderTest, loadForRuns } from '../../harness/index.ts';
import type { Program } from '../../harness/index.ts';

const { keptSleep } = await loadForRuns(async () => {
  const { setTimeout: taken } = await import('node:timers/promises');
  return { keptSleep: taken };
});

const { system, environment } = libraryUnderTest({
  name: 'surroundings',
  operations: ['look'],
  promises: [],
  service: () => () => null,
  env: { POD: 'a' },
  client: () => ({
    async perform() {
      const seen = { ...process.env };
      const beforeMs = Date.now();
      await keptSleep(86_400);
      return { seen, has: 'PATH' in process.env, sleptMs: Date.now() - beforeMs };
    },
  }),
});

const program: Program = {
  scenario: 'surroundings',
  shape: cluster({ servers: 1, clients: 1 }),
  faults: [],
  clients: [[{ id: 0, afterUs: 1_000, f: 'look', key: 'x', value: null }]],
  durationUs: 100_000_000,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 99_000_000, mutant: null, extra: {} },
};

describe('the surroundings of a library under test', () => {
  it('are the variables that it is given and no other, and the time of the run in what it kept', async () => {
    const { history } = await environment.run(system, program);
    const told = history.events.flatMap((e) => (e.type === 'ok' ? [e.value] : []));
    assert.deepEqual(told, [{ seen: { POD: 'a' }, has: false, sleptMs: 86_400 }]);
  });

  it('are the real ones for all other code, and after the run', async () => {
    const run = environment.run(system, program);
    assert.equal(process.env['POD'], undefined);
    assert.notEqual(process.env['PATH'], undefined);
    await run;
    assert.notEqual(process.env['PATH'], undefined);
    // No host: a timer of Node.
    assert.equal(await keptSleep(1, 'woken'), 'woken');
  });
});
