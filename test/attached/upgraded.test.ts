/** Members that are started as another version on their data: told from one that only claims to be. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { launched } from '../../harness/attached/launched.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { LaunchPlan } from '../../harness/core/launch-plan.ts';
import type { Program } from '../../harness/core/program.ts';
import type { System } from '../../harness/core/system.ts';
import { httpAdapter } from '../../harness/systems/http-adapter.ts';

const server = fileURLToPath(new URL('peer-server.mjs', import.meta.url));
const usual = [process.execPath, server, '{{name}}', '{{port}}', 'x=x', '{{data}}'];
const plan: LaunchPlan = {
  command: usual,
  versions: {
    next: { command: [...usual, '127.0.0.1', 'next'], env: { RELEASE: '{{name}}' } },
    same: { command: usual },
    broken: { command: ['/bin/false'] },
  },
  ready: { log: 'listens$' },
};
const system: System = {
  name: 'peers',
  operations: new Set(['read-starts']),
  promises: [],
  mutants: {},
  adapter: httpAdapter({ 'read-starts': { method: 'GET', path: '/starts' } }),
};

/** From the beginning on, and to the end of the run. */
const to = (version: string, node: number, stays?: true): Fault => ({
  kind: 'upgrade',
  version,
  ...(stays && { stays }),
  atUs: 0,
  untilUs: 1_000_000,
  nodes: { of: 'node', node },
});

const program = (faults: readonly Fault[]): Program => ({
  scenario: 'upgrades',
  shape: {
    nodes: [0, 1, 2].map((i) => ({ name: `server-${i}`, role: 'server', zone: 'z' })),
    clients: 0,
  },
  faults,
  clients: [],
  durationUs: 1_000_000,
  noiseSeed: 1,
  settings: { policyDivisor: 20, deadlineUs: 1_000_000, mutant: null, extra: {} },
});

async function runOf(faults: readonly Fault[]) {
  const {
    history,
    skippedFaults,
    faultNotes = [],
    leftovers,
  } = await launched({ plan }).run(system, program(faults));
  assert.deepEqual([skippedFaults, leftovers], [[], []]);
  const effective = history.events.flatMap((e) =>
    e.type === 'fault' && e.phase === 'effective' ? [e.fault] : [],
  );
  const changes = [0, 1, 2].map((node) =>
    history.events.flatMap((e) =>
      e.type === 'node' && e.node === node ? [[e.change, e.reason ?? []].flat().join(' ')] : [],
    ),
  );
  const notes = faultNotes.filter((n) => n.about !== 'late');
  return { effective, changes, notes: notes.map((n) => `${n.fault} ${n.about}: ${n.text}`) };
}

describe('launched members that are upgraded', function () {
  this.timeout(60_000);

  it('run another command, and their own again at the end; one that runs the same is told', async () => {
    const found = await runOf([to('next', 0), to('same', 1), to('next', 2, true)]);
    assert.deepEqual(found.effective.toSorted(), [0, 2], JSON.stringify(found));
    assert.match(
      found.notes.join(),
      /^1 no-effect: it says that it is \S+ \S+peer-server\.mjs .*, as before$/,
    );
    assert.deepEqual(found.changes, [
      ['started', 'stopped', 'started version next', 'stopped', 'started'],
      ['started', 'stopped', 'started version same', 'stopped', 'started'],
      ['started', 'stopped', 'started version next'],
    ]);
  });

  it('to what does not run are started again at the end', async () => {
    const { changes } = await runOf([to('broken', 0)]);
    assert.match(
      changes[0]?.join() ?? '',
      /^started,stopped,started version broken,(failed n0 ended by itself \(exit code 1\).*|stopped),started$/,
    );
  });
});
