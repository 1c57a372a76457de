/**
 * Random plans against the correct node, where time is real: what became of each fault of each plan, and
 * whether anything alarmed that should not have.
 */
import type { Environment, Run } from '../../harness/core/environment.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { FaultKind } from '../../harness/core/fault.ts';
import type { Program } from '../../harness/core/program.ts';
import { kindsWith } from '../../harness/faults/kinds.ts';
import {
  cluster,
  defineScenario,
  drawPlan,
  interleave,
  kvOperations,
  lockOperations,
  secondsUs,
} from '../../harness/index.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import { reference } from '../../reference-impl/system.ts';

/** What became of a fault. */
type Fate =
  /** A probe showed it, and its end. */
  | 'effective'
  /** It was not done, or nothing met it, and that was told with its reason. */
  | 'reported'
  /** It met something and was said to do nothing, though what does it is sound. */
  | 'denied'
  /** It was still seen after its end. */
  | 'not-over'
  /** Nothing was told. */
  | 'silent';

export interface PlanRun {
  readonly seed: number;
  readonly faults: readonly { readonly kind: string; readonly fate: Fate; readonly why: string }[];
  /** Violated promises, faults without a word, what was left behind: whatever must not be. */
  readonly wrong: readonly string[];
  /** What the run did not decide. */
  readonly unknown: readonly string[];
}

/** Those that the correct node lives with: its model has no disk that loses what it has synced. */
function kindsFor(environment: Environment): readonly FaultKind[] {
  const beyond = ['disk-lies', 'disk-torn', 'disk-rot'];
  return [...kindsWith((k) => environment.faults.has(k.kind as FaultKind))].filter(
    (kind) => !beyond.includes(kind),
  );
}

function storyFor(environment: Environment) {
  return defineScenario({
    name: 'random-plans',
    claim: 'Under any plan of faults the correct node keeps its promises, and each fault is told.',
    promises: [
      'linearizable',
      'session-guarantees',
      'mutual-exclusion',
      'fencing',
      'election-safety',
      'log-matching',
    ],
    environments: [environment.name],
    effective: 'any',
    successesMin: 1,
    nodeFailures: 'expected',
    story(draw) {
      const shape = cluster({ servers: draw.pick([3, 3, 5]), clients: 3 });
      const faults = drawPlan(draw.fork('faults'), {
        shape,
        kinds: kindsFor(environment),
        count: draw.between(3, 9),
        fromUs: secondsUs(1),
        calmUs: secondsUs(12),
        shortestUs: 300_000,
        longestUs: secondsUs(4),
        isSwarm: false,
      });
      const clients = interleave(
        kvOperations(draw.fork('kv'), {
          clients: 2,
          count: 60,
          pauseUs: 150_000,
          keys: 3,
          mix: { read: 5, write: 4, cas: 2 },
        }),
        lockOperations(draw.fork('locks'), {
          clients: 1,
          count: 8,
          pauseUs: 200_000,
          locks: 1,
          ttlUs: secondsUs(4),
          holdUs: 100_000,
        }),
      );
      return { shape, faults, clients, durationUs: secondsUs(16) };
    },
  });
}

/** The plan of `seed`, run and looked at. A machine that could not bring it up is `unknown`. */
export async function runPlan(environment: Environment, seed: number): Promise<PlanRun> {
  const scenario = storyFor(environment);
  const program = programOf(scenario, seed, environment.time, null);
  try {
    const ran = await runScenario(environment, reference, scenario, program);
    return judged(seed, ran.program, ran.run, ran.judgement.verdicts);
  } catch (e) {
    if (!(e instanceof HarnessError)) throw e;
    return { seed, faults: [], wrong: [`${e.code}: ${e.message}`], unknown: [] };
  }
}

type Verdicts = readonly { kind: string; invariant: string; reason?: string }[];

function judged(seed: number, program: Program, run: Run, verdicts: Verdicts): PlanRun {
  const faults = program.faults.map(({ kind }, i) => ({ kind, ...fateOf(i, run) }));
  const violated = verdicts.filter((v) => v.kind === 'violated').map((v) => v.invariant);
  const unknown = verdicts.filter((v) => v.kind === 'unknown');
  return {
    seed,
    faults,
    wrong: [
      ...violated.map((invariant) => `${invariant} is violated`),
      ...faults.flatMap(({ kind, fate, why }, i) =>
        fate === 'effective' || fate === 'reported' ? [] : [`fault ${i} (${kind}) ${fate}: ${why}`],
      ),
      ...run.leftovers.map((what) => `left behind: ${what}`),
    ],
    unknown: unknown.map((v) => `${v.invariant}: ${v.reason ?? ''}`),
  };
}

function fateOf(i: number, run: Run): { fate: Fate; why: string } {
  const skipped = run.skippedFaults.find((s) => s.fault === i);
  if (skipped !== undefined) return { fate: 'reported', why: skipped.reason };
  const notes = (run.faultNotes ?? []).filter((n) => n.fault === i);
  const notOver = notes.find((n) => n.about === 'not-over');
  if (notOver !== undefined) return { fate: 'not-over', why: `${notOver.what}: ${notOver.text}` };
  const phases = run.history.events.flatMap((e) =>
    e.type === 'fault' && e.fault === i ? [e.phase] : [],
  );
  if (phases.includes('effective')) return { fate: 'effective', why: '' };
  const none = notes.find((n) => n.about === 'no-effect');
  if (none === undefined) return { fate: 'silent', why: phases.join(', ') };
  // The links, clocks and disks of these runs are sound: who says that they do nothing is wrong.
  const isIdle = /^(idle|no probe could tell|no process was up)/.test(none.text);
  return { fate: isIdle ? 'reported' : 'denied', why: `${none.what}: ${none.text}` };
}
