/** Clocks of programs that are not ours, set wrong and shown so by what the programs say. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { clocksFor, whyNoClocks } from '../../harness/attached/clock-library.ts';
import { LaunchedMembers } from '../../harness/attached/launched-members.ts';
import { launched } from '../../harness/attached/launched.ts';
import type { Run } from '../../harness/core/environment.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { LaunchPlan } from '../../harness/core/launch-plan.ts';
import type { System } from '../../harness/core/system.ts';
import { httpAdapter } from '../../harness/systems/http-adapter.ts';
import { timetable } from '../conformance/script.ts';
import { skipUnless } from '../require.ts';

const server = fileURLToPath(new URL('clock-server.py', import.meta.url));

/** The last of three is started without the environment that it was given. */
const plan: LaunchPlan = {
  command: [
    ...['sh', '-c', '[ "$1" = 2 ] && unset LD_PRELOAD; shift; exec "$@"', 'sh', '{{id}}'],
    ...['python3', server, '{{port}}'],
  ],
  ready: { log: '^listens$' },
  clock: { by: 'libfaketime' },
};

const adapter = httpAdapter(
  { read: { method: 'GET', path: '/time' } },
  { wallClock: { path: '/time', value: 'now' } },
);

const system: System = {
  name: 'clocks',
  operations: new Set(['read']),
  promises: [],
  mutants: {},
  adapter,
};

const clock = (node: number, jumpUs: number, driftPpm: number, from: number, until: number) =>
  ({
    ...{ kind: 'clock', jumpUs, driftPpm, nodes: { of: 'node', node } },
    ...{ atUs: from * 1_000_000, untilUs: until * 1_000_000 },
  }) as const satisfies Fault;

async function run(faults: readonly Fault[]): Promise<Run> {
  const drawn = timetable({
    ...{ name: 'clocks', durationMs: 7_000, deadlineMs: 1_000, faults },
    lines: [[100, 0, 'read', '0', null]],
  });
  return launched({ plan }).run(system, drawn, {});
}

function effective({ history }: Run): readonly number[] {
  const found = history.events.flatMap((e) =>
    e.type === 'fault' && e.phase === 'effective' ? [e.fault] : [],
  );
  return found.toSorted();
}

describe('clocks of programs that are not ours', function () {
  this.timeout(120_000);

  it('are ahead, behind, drifting and right again, as a server in Python says; one that does not heed is found out', async function () {
    skipUnless(this, 'faketime', whyNoClocks());
    const faults = [
      clock(0, 3_600_000_000, 0, 0.5, 3),
      // A strobe: the same again, soon after it.
      clock(0, 3_600_000_000, 0, 3.5, 6),
      clock(1, -10_000_000, 0, 0.5, 3),
      // Nearly twice as fast: what it is ahead by exceeds what an answer takes on a busy machine.
      clock(1, 0, 900_000, 3, 6.5),
      clock(2, 3_600_000_000, 0, 0.5, 4),
    ];
    const found = await run(faults);
    const notes = (found.faultNotes ?? []).filter((n) => n.about !== 'late');
    assert.deepEqual(
      [effective(found), found.leftovers],
      [[0, 1, 2, 3], []],
      JSON.stringify(notes),
    );
    assert.deepEqual(
      notes.map((n) => [n.fault, n.about]),
      [[4, 'no-effect']],
    );
    assert.match(
      notes[0]?.text ?? '',
      /^a clock is -?\d+ ms ahead, wanted 3600000 ms: its program does not heed libfaketime/,
    );
  });

  it('leave nothing behind when a member is killed, which the library does', async function () {
    skipUnless(this, 'faketime', whyNoClocks());
    const clockLibrary = clocksFor(plan, true).library;
    await using members = await LaunchedMembers.open({ plan, members: 1, clockLibrary });
    await members.start();
    const pid = members.pid(0) ?? assert.fail('it does not run');
    const made = ['faketime_shm_', 'sem.faketime_sem_'].map((name) => `/dev/shm/${name}${pid}`);
    assert.deepEqual(made.map(existsSync), [true, true]);
    await members.crash(0);
    assert.deepEqual(made.map(existsSync), [false, false]);
  });
});
