/** Liars in the harness itself, and what catches each: who checks the checker? */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { openJournal } from '../../harness/cleanup/journal.ts';
import type { Run } from '../../harness/core/environment.ts';
import { isOperation } from '../../harness/core/history.ts';
import type { Fault, LinkFault, NodeFault } from '../../harness/core/fault.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import type { Program } from '../../harness/core/program.ts';
import type { Scenario } from '../../harness/core/scenario.ts';
import { defineFault } from '../../harness/faults/define-fault.ts';
import { judge } from '../../harness/runner/judge.ts';
import type { Judgement } from '../../harness/runner/judge.ts';
import { programOf, promisesFor } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { keyValue } from '../../scenarios/key-value.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';
import { reference } from '../../reference-impl/system.ts';

export interface Idle extends NodeFault {
  readonly kind: 'idle-clock' | 'idle-disk';
}
export interface IdleLink extends LinkFault {
  readonly kind: 'idle-proxy';
}
declare module '../../harness/core/fault.ts' {
  interface Faults {
    readonly 'idle-clock': Idle;
    readonly 'idle-disk': Idle;
    readonly 'idle-proxy': IdleLink;
  }
}

/** Kinds that claim to be done: each begins what its honest twin does, and that by nothing. */
function defineIdle(): readonly Fault[] {
  const nodes = { of: 'servers' } as const;
  const links = { from: nodes, to: nodes, bothWays: true };
  const at = { atUs: 0, untilUs: 5_000_000 };
  const all = { line: 'claims to be done', fields: {}, scope: 'inside' } as const;
  const onNodes = (kind: Idle['kind']) => ({ ...all, kind, on: 'nodes' }) as const;
  defineFault<Idle>({
    ...onNodes('idle-clock'),
    harms: ['skews-clocks'],
    draw: (_, __, interval) => ({ kind: 'idle-clock', ...interval, nodes }),
    describe: (_, target) => `idle clock of ${target}`,
    simulate: (_, ports) => ports.skewClock({ jumpUs: 0, driftPpm: 0 }),
  });
  defineFault<Idle>({
    ...onNodes('idle-disk'),
    harms: ['slows-nodes'],
    draw: (_, __, interval) => ({ kind: 'idle-disk', ...interval, nodes }),
    describe: (_, target) => `idle disk of ${target}`,
    simulate: (_, ports) => ports.slowDisk(0),
  });
  defineFault<IdleLink>({
    ...all,
    kind: 'idle-proxy',
    on: 'links',
    harms: ['delays-messages'],
    draw: (_, __, interval) => ({ kind: 'idle-proxy', ...interval, links }),
    describe: (_, target) => `idle proxy on ${target}`,
    simulate: (_, ports) => ports.onLinks({ pass: () => 0 }),
  });
  return [
    { kind: 'idle-clock', ...at, nodes },
    { kind: 'idle-disk', ...at, nodes },
    { kind: 'idle-proxy', ...at, links },
    { kind: 'clock', jumpUs: 1_000_000, driftPpm: 0, ...at, nodes },
    { kind: 'disk', delayUs: 1_000, ...at, nodes },
    { kind: 'latency', delayUs: 1_000, jitterUs: 0, ...at, links },
  ];
}

function judged(
  scenario: Scenario,
  run: Run,
  program: Program,
  invariants = promisesFor(reference, scenario.promises).invariants,
): Judgement {
  const { successesMin, effective } = scenario;
  return judge(run, program, {
    invariants,
    successesMin,
    isEveryKindEffective: effective === 'every-kind',
  });
}

function withEvents(run: Run, events: readonly HistoryEvent[]): Run {
  return { ...run, history: { ...run.history, events } };
}

describe('liars in the harness', () => {
  it('a fault driver that does nothing and reports success: the run proves nothing', () => {
    const program = programOf(minorityPartition, 1, 'virtual', null);
    const run = simulation().run(reference, { ...program, faults: [] });
    const { readyUs } = run.history;
    const reported = program.faults.flatMap((f, fault): HistoryEvent[] =>
      (['begin', 'end'] as const).map((phase) => ({
        type: 'fault',
        timeUs: readyUs + (phase === 'begin' ? f.atUs : f.untilUs),
        phase,
        fault,
        kind: f.kind,
        nodes: [0],
      })),
    );
    const events = [...run.history.events, ...reported].sort((a, b) => a.timeUs - b.timeUs);
    const { verdict, verdicts } = judged(minorityPartition, withEvents(run, events), program);
    assert.equal(verdict, 'unknown');
    assert.match(JSON.stringify(verdicts), /not-vacuous.*never took effect: partition/);
  });

  it('a clock, a disk and a proxy that only claim to be wrong, in simulation: none took effect', () => {
    const program = { ...programOf(keyValue, 1, 'virtual', null), faults: defineIdle() };
    const run = simulation().run(reference, program);
    const effective = run.history.events.flatMap((e) =>
      e.type === 'fault' && e.phase === 'effective' ? [e.kind] : [],
    );
    assert.deepEqual(effective.toSorted(), ['clock', 'disk', 'latency']);
    const { verdict, verdicts } = judged({ ...keyValue, effective: 'every-kind' }, run, program);
    assert.equal(verdict, 'unknown');
    const silent = /never took effect: idle-clock, idle-disk, idle-proxy/;
    assert.match(JSON.stringify(verdicts), silent);
  });

  it('a recorder that drops one operation in a thousand: the history is not whole', () => {
    const program = programOf(keyValue, 1, 'virtual', null);
    const run = simulation().run(reference, program);
    const { events } = run.history;
    assert.equal(judged(keyValue, run, program).verdict, 'holds');
    let caught = 0;
    // Which of a thousand it drops is its choice; a run has 2,400.
    for (let first = 0; first < 1_000; first += 50) {
      const kept = events.filter((e) => !isOperation(e) || e.op % 1_000 !== first);
      if (judged(keyValue, withEvents(run, kept), program).verdict !== 'holds') caught += 1;
    }
    assert.equal(caught, 20);
  });

  it('a checker that always agrees: a broken node and a bad history get past it', () => {
    const agrees: Invariant = {
      id: 'linearizable',
      area: 'SAFETY',
      claim: 'every history is good',
      faultModel: 'any',
      judge: () => ({ kind: 'holds', invariant: 'linearizable', basis: 'trust' }),
    };
    const [honest] = promisesFor(reference, ['linearizable']).invariants;
    assert.ok(honest !== undefined);
    const [head = '', ...lines] = readFileSync('fixtures/histories/linearizable-bad.jsonl', 'utf8')
      .trimEnd()
      .split('\n');
    const { program, readyUs, endUs } = JSON.parse(head) as {
      program: Program;
      readyUs: number;
      endUs: number;
    };
    const history = { events: lines.map((l) => JSON.parse(l) as HistoryEvent), readyUs, endUs };
    const isGateOpen = (i: Invariant): boolean => i.judge(history, program).kind !== 'violated';
    assert.deepEqual([isGateOpen(honest), isGateOpen(agrees)], [false, true]);

    const gate = (i: Invariant): number => {
      let seeds = 0;
      for (let seed = 1; seed <= 20; seed++) {
        const p = programOf(minorityPartition, seed, 'virtual', 'stale-read');
        const run = simulation().run(reference, p, { monitors: [i] });
        if (judged(minorityPartition, run, p, [i]).verdict === 'violated') seeds += 1;
      }
      return seeds;
    };
    assert.ok(gate(honest) > 0, 'the gate catches the mutant');
    assert.equal(gate(agrees), 0, 'and tells the liar from the honest by that');
  });

  it('a clean-up that skips one: the journal stays and names it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-liar-'));
    try {
      const journal = openJournal(folder);
      const undo = (name: string) =>
        ({ kind: 'remove-folder', path: join(tmpdir(), `antlion-${name}`) }) as const;
      const first = journal.begin(undo('first'));
      journal.begin(undo('second'));
      journal.done(first);
      journal.close();
      assert.ok(existsSync(journal.path), 'the journal was removed though something is left');
      assert.match(readFileSync(journal.path, 'utf8'), /antlion-second/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
