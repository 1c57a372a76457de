import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FaultEvent } from '../../harness/core/history.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import type { Fault } from '../../harness/core/fault.ts';
import type { Operation, Program } from '../../harness/core/program.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { echoKeys, echoSystem } from '../conformance/echo-system.ts';
import { storm } from './storm.ts';

const run = (program: Program, options = {}) => simulation().run(echoSystem, program, options);

describe('simulated run', () => {
  it('is the same run again: same hash, same history, also in another process without the optimiser', () => {
    const seeds = [1, 2, 3];
    const first = seeds.map((seed) => run(storm(seed)));
    const again = seeds.map((seed) => run(storm(seed)));
    assert.deepEqual(again, first);
    const main = fileURLToPath(new URL('./hash-main.ts', import.meta.url));
    const flags = ['--no-opt', '--max-semi-space-size=1', '--import', 'tsx', main];
    const out = execFileSync(process.execPath, [...flags, ...seeds.map(String)], {
      encoding: 'utf8',
    });
    assert.deepEqual(
      out.trim().split('\n'),
      first.map((r) => r.traceHash),
    );
    assert.equal(new Set(out.trim().split('\n')).size, 3, 'other programs, other hashes');
  });

  it('is another run under other noise', () => {
    const program = storm(4);
    const other = { ...program, noiseSeed: 5 };
    assert.notEqual(run(program).traceHash, run(other).traceHash);
  });

  it('survives storms: time goes on, every fault that began takes effect at most once and ends', () => {
    for (let seed = 10; seed < 30; seed++) {
      const { history, leftovers } = run(storm(seed));
      const phases = new Map<number, string>();
      for (const e of history.events) {
        if (e.type === 'fault') phases.set(e.fault, `${phases.get(e.fault) ?? ''} ${e.phase}`);
      }
      for (const [fault, story] of phases) {
        assert.match(story, /^ begin( effective)? end$/, `seed ${seed} fault ${fault}`);
      }
      assert.deepEqual(leftovers, []);
    }
  });

  it('a crash within a crash changes nothing, and the last end starts the node', () => {
    const nodes = { of: 'node', node: 1 } as const;
    const { history } = run({
      ...storm(1, 0),
      faults: [
        { kind: 'crash', atUs: 1_000_000, untilUs: 3_000_000, nodes },
        { kind: 'crash', atUs: 2_000_000, untilUs: 5_000_000, nodes },
      ],
    });
    const story = history.events.flatMap((e) =>
      (e.type === 'node' && e.node === 1) || e.type === 'fault'
        ? [`${(e.timeUs - history.readyUs) / 1e6} ${e.type === 'node' ? e.change : e.phase}`]
        : [],
    );
    assert.deepEqual(story.slice(1), [
      '1 begin',
      '1 crashed',
      '1 effective',
      '2 begin',
      '3 end',
      '5 started',
      '5 end',
    ]);
  });

  it('leaves clients alone when machines are hit', () => {
    const faults = [
      { kind: 'crash', atUs: 0, untilUs: 9_000_000, nodes: { of: 'everyone' } },
    ] as const;
    const { history } = run({ ...storm(1, 0), faults });
    const begin = history.events.find((e): e is FaultEvent => e.type === 'fault');
    assert.deepEqual(begin?.nodes, [0, 1, 2, 3, 4]);
    assert.ok(history.events.some((e) => e.type === 'info'));
  });

  it('ends what is open at the end of the run as info', () => {
    const program = storm(1, 0);
    const ignored = { id: 0, afterUs: 0, f: 'ignore', key: '0', value: null };
    const { history } = run({
      ...program,
      clients: [[ignored], [], []],
      durationUs: 100_000,
      settings: { ...program.settings, deadlineUs: 5_000_000 },
    });
    const last = history.events.at(-1);
    assert.ok(last?.type === 'info' && last.error === 'the run ended');
    assert.equal(last.timeUs, history.endUs);
  });

  it('takes roles from pins instead of resolving them', () => {
    const program: Program = {
      ...storm(1, 0),
      faults: [
        { kind: 'pause', atUs: 1_000, untilUs: 2_000, nodes: { of: 'majority' } },
        {
          kind: 'partition',
          atUs: 1_000,
          untilUs: 2_000,
          mode: 'drop',
          links: { from: { of: 'minority' }, to: { of: 'node', node: 3 }, bothWays: true },
        },
        { kind: 'pause', atUs: 1_000, untilUs: 2_000, nodes: { of: 'node', node: 4 } },
      ],
    };
    assert.deepEqual(run(program).pins, { 0: [2, 3, 4], 1: [0, 3, 3, 0, 1, 3, 3, 1] });
    const pinned = run(program, { pins: { 0: [2], 1: [1, 3] } });
    assert.deepEqual(pinned.pins, { 0: [2], 1: [1, 3] });
    const nodes = pinned.history.events.flatMap((e) =>
      e.type === 'fault' && e.phase === 'begin' ? [e.nodes] : [],
    );
    assert.deepEqual(nodes, [[2], [1], [4]]);
  });

  it('skips what hits nobody, and says why, instead of hitting somebody else', () => {
    const at = { atUs: 1_000, untilUs: 2_000 };
    const ofLeader = { from: { of: 'leader' }, to: { of: 'servers' }, bothWays: true } as const;
    const program: Program = {
      ...storm(1, 0),
      faults: [
        { kind: 'crash', ...at, nodes: { of: 'leader' } },
        { kind: 'latency', ...at, delayUs: 1, jitterUs: 0, links: ofLeader },
        { kind: 'pause', ...at, nodes: { of: 'clients' } },
      ],
    };
    const { history, skippedFaults, pins } = run(program);
    assert.deepEqual(skippedFaults, [
      { fault: 0, what: 'crash leader', reason: 'nobody was seen to lead' },
      {
        fault: 1,
        what: 'latency 1 µs ± 0 µs leader ⇎ servers',
        reason: 'nobody was seen to lead',
      },
      {
        fault: 2,
        what: 'pause clients',
        reason: 'workload clients have no process of their own',
      },
    ]);
    assert.ok(!history.events.some((e) => e.type === 'fault'));
    assert.deepEqual(
      run(program, { pins }).skippedFaults.map((s) => s.reason),
      [
        'it hit nobody in the run before',
        'it hit nobody in the run before',
        'workload clients have no process of their own',
      ],
    );
  });

  it('refuses a plan with a kind of fault that nobody defined', () => {
    const fault = { kind: 'gremlin', atUs: 0, untilUs: 1, nodes: { of: 'servers' } };
    const program = { ...storm(1, 0), faults: [fault as unknown as Fault] };
    assert.throws(() => run(program), /E_PLAN: fault 1 of the plan is of kind "gremlin"/);
    const disk = { kind: 'disk', atUs: 0, untilUs: 1, nodes: { of: 'servers' }, delayUs: NaN };
    const wrong = { ...program, faults: [disk as unknown as Fault] };
    assert.throws(() => run(wrong), /E_PLAN: fault 1 of the plan \(disk\): delayUs: /);
  });

  it('a pause outlasts a crash: who starts meanwhile stands still', () => {
    const nodes = { of: 'node', node: 1 } as const;
    const clock = (id: number): Operation => ({
      id,
      afterUs: 400_000,
      f: 'clock',
      key: '1',
      value: null,
    });
    for (const pauseAtUs of [1_000_000, 2_500_000]) {
      const program: Program = {
        ...storm(1, 0),
        clients: [Array.from({ length: 30 }, (_, id) => clock(id)), [], []],
        faults: [
          { kind: 'pause', atUs: pauseAtUs, untilUs: 6_000_000, nodes },
          { kind: 'crash', atUs: 2_000_000, untilUs: 3_000_000, nodes },
        ],
      };
      const { history } = run(program);
      const answers = history.events.flatMap((e) =>
        e.type === 'ok' ? [e.timeUs - history.readyUs] : [],
      );
      const downUs = Math.min(pauseAtUs, 2_000_000);
      assert.ok(answers.some((us) => us < downUs) && answers.some((us) => us > 6_000_000));
      assert.deepEqual(
        answers.filter((us) => us > downUs + 10_000 && us < 6_000_000),
        [],
      );
      const effective = history.events.filter((e) => e.type === 'fault' && e.phase === 'effective');
      assert.equal(effective.length, 2);
    }
  });

  it('stops at the first violation that a monitor sees', () => {
    const noMail: Invariant = {
      id: 'no-mail',
      area: 'SAFETY',
      claim: 'nothing arrives',
      faultModel: 'none',
      judge: () => ({ kind: 'holds', invariant: 'no-mail', basis: '' }),
      monitor: () => ({
        event: (e) =>
          e.type === 'observe' && e.value.kind === 'echo' && e.value.key === echoKeys.mail
            ? { atUs: e.timeUs, sentences: [], ops: [] }
            : null,
      }),
    };
    const { history } = run(storm(1, 0), { monitors: [noMail] });
    const mails = history.events.filter(
      (e) => e.type === 'observe' && e.value.kind === 'echo' && e.value.key === echoKeys.mail,
    );
    assert.equal(mails.length, 1);
    assert.equal(history.endUs, mails[0]?.timeUs);
  });

  it('shows each event as it is recorded', () => {
    const seen: unknown[] = [];
    const { history } = run(storm(1), { onEvent: (e: unknown) => seen.push(e) });
    assert.deepEqual(seen, history.events);
  });

  it('says when the limit of events ended it', () => {
    const limited = simulation({ eventsMax: 500 }).run(echoSystem, storm(1));
    assert.equal(limited.limitReached, 'eventsMax');
    assert.ok(limited.history.endUs < 10_000_000);
    assert.ok(!('limitReached' in run(storm(1))));
  });

  it('says when a cluster does not get ready, or cannot be simulated', () => {
    const deaf = { latency: () => 3_600_000_000 };
    assert.throws(
      () => simulation({ model: deaf, readyWithinUs: 60_000_000 }).run(echoSystem, storm(1)),
      /E_NOT_READY: .* not ready after 60 s/,
    );
    const { machine: _, ...foreign } = echoSystem;
    assert.throws(() => simulation().run(foreign, storm(1)), /E_CONFIG/);
  });
});
