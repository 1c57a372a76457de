/** Whose clocks can be set wrong, and what a member that loads the library finds in its file. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { clocksFor, findOut } from '../../harness/attached/clock-library.ts';
import { whyNotUnder } from '../../harness/attached/clock-trial.ts';
import { launched } from '../../harness/attached/launched.ts';
import { MemberClocks } from '../../harness/attached/member-clocks.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import { etcd } from '../../harness/systems/etcd/index.ts';
import { httpAdapter } from '../../harness/systems/http-adapter.ts';
import { timetable } from '../conformance/script.ts';

describe('clocks of members', () => {
  const right = { jumpUs: 0, driftPpm: 0 };

  it('are set where a launch plan says how, otherwise it is said why not', () => {
    assert.match(clocksFor({ command: [] }, true).missing ?? '', /launch plan does not say/);
    assert.match(clocksFor(etcd.open({}).launch ?? assert.fail(), true).missing ?? '', /in Go/);
    // Nothing is loaded, nor looked for, where no fault is of clocks.
    const plan = { command: ['true'], clock: { by: 'libfaketime' } } as const;
    const found = clocksFor(plan, false);
    assert.deepEqual(found, { library: null, missing: null, isOfProgram: false });
  });

  it('are not set of a program that does not start under the library, as its trial shows', () => {
    const why = (command: readonly string[], args: readonly string[]): string | null => {
      const trial = { args, otherwise: 'take another one' };
      return whyNotUnder('', { command, clock: { by: 'libfaketime', trial } }, 300);
    };
    assert.equal(why(['sh', '--serve'], ['-c', 'exit 0']), null);
    assert.equal(
      why(['sleep'], ['600']),
      'sleep does not start under libfaketime (it did not end within 0.3 s); take another one',
    );
    assert.match(
      why(['sh'], ['-c', 'echo no shared memory >&2; exit 1']) ?? '',
      /\(no shared memory\)/,
    );
    assert.match(why(['sh'], ['-c', 'exit 7']) ?? '', /\(it ended with 7\)/);
    // That it is not there is told by who starts it.
    assert.equal(why(['/nowhere/server'], ['--version']), null);
    const untold = { command: ['sleep', '600'], clock: { by: 'libfaketime' } } as const;
    assert.equal(whyNotUnder('', untold, 300), null);
  });

  it('are not set by a library that does nothing', () => {
    assert.match(findOut(null) ?? '', /needs (libfaketime|Linux)/);
    const idle = findOut('/nowhere/libfaketimeMT.so.1') ?? '';
    assert.match(idle, /does not change what date says|needs Linux/);
  });

  it('are not set of a system that tells no time', async () => {
    const system = {
      ...{ name: 'mute', operations: new Set<string>(), promises: [], mutants: {} },
      adapter: httpAdapter({}),
    };
    const environment = launched({ plan: { command: ['true'], clock: { by: 'libfaketime' } } });
    const program = timetable({
      ...{ name: 'mute', durationMs: 1, deadlineMs: 1, lines: [], faults: [] },
    });
    await assert.rejects(
      async () => environment.run(system, program, {}),
      (e) => e instanceof HarnessError && e.code === 'E_CONFIG' && /wallClock/.test(e.message),
    );
  });

  it('are told by a file that is whole at any time, and drift on when they are told again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-clocks-'));
    try {
      using clocks = new MemberClocks('/lib/faketime.so', folder, ['n0', 'n1']);
      const said = (name = 'n0'): string => readFileSync(join(folder, `${name}.clock`), 'utf8');
      assert.equal(said(), '+0.000000\n');
      clocks.set(0, { jumpUs: 3_600_000_000, driftPpm: 0 });
      assert.deepEqual([said(), said('n1')], ['+3600.000000\n', '+0.000000\n']);
      clocks.set(0, { jumpUs: -10_500_000, driftPpm: 0 });
      assert.equal(said(), '-10.500000\n');
      clocks.set(0, { jumpUs: 0, driftPpm: 500_000 });
      while (Number(said()) < 0.05) await new Promise((wake) => setTimeout(wake, 10));
      const drifted = Number(said());
      clocks.set(0, { jumpUs: 0, driftPpm: 500_000 });
      clocks.set(0, { jumpUs: 0, driftPpm: 250_000 });
      assert.ok(Number(said()) >= drifted, 'what has drifted stays while anything drifts');
      clocks.set(0, right);
      assert.equal(said(), '+0.000000\n');
      assert.deepEqual(readdirSync(folder).toSorted(), ['n0.clock', 'n1.clock']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('come beside what a member loads already, and before what antlion itself was told', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-clocks-'));
    try {
      using clocks = new MemberClocks('/lib/faketime.so', folder, ['n0']);
      const env = clocks.env(0, { LD_PRELOAD: '/lib/jemalloc.so', FAKETIME: '+1' });
      assert.equal(env['LD_PRELOAD'], '/lib/faketime.so:/lib/jemalloc.so');
      assert.deepEqual(['FAKETIME' in env, env['FAKETIME']], [true, undefined]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are read with what may be wrong in the answer; none is no answer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-clocks-'));
    try {
      using clocks = new MemberClocks('/lib/faketime.so', folder, ['n0']);
      clocks.set(0, { jumpUs: 60_000_000, driftPpm: 0 });
      const heeds = await clocks.told(0, () => Promise.resolve(Date.now() * 1_000 + 60_000_000));
      const [least = 0, most = 0] = heeds.wallAhead?.readUs ?? [];
      assert.ok(least <= 60_000_000 && most >= 60_000_000, `${least} ${most}`);
      assert.deepEqual(
        [heeds.wallAhead?.wantedUs, heeds.skewedReads],
        [[60_000_000, 60_000_000], 1],
      );
      const mute = await clocks.told(0, () => Promise.reject(new Error('down')));
      assert.deepEqual(mute, heeds, 'an answer stands until the clock is set anew');
      const late = await clocks.told(0, () => {
        clocks.set(0, right);
        return Promise.resolve(0);
      });
      assert.equal(late.wallAhead, null);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
