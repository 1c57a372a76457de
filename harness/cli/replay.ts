/** `antlion replay`: a counterexample again, here or in another environment. */
import type { Run } from '../core/environment.ts';
import { HarnessError, exitCodes } from '../core/errors.ts';
import { formatDuration } from '../core/duration.ts';
import type { Invariant } from '../core/invariant.ts';
import type { System } from '../core/system.ts';
import { say, sayLines, warn } from '../report/output.ts';
import { violationLines } from '../report/terminal.ts';
import { promisesFor } from '../runner/run-scenario.ts';
import { stepsOf } from '../runner/steps.ts';
import { decodeToken } from '../runner/token.ts';
import type { Replay } from '../runner/token.ts';
import { buildDigest } from './build.ts';
import type { ReplayFlags } from './commands.ts';
import { openEnvironment } from './environments.ts';
import type { OpenEnvironment } from './environments.ts';
import { withInterrupt } from './interrupt.ts';
import { systemNamed } from './systems.ts';

/** A run in real time that would take longer than this is refused: it was drawn for virtual time. */
const realDurationUsMax = 120_000_000;
const realTries = 10;

export function replayCommand(token: string, flags: ReplayFlags): Promise<number> {
  return withInterrupt(({ signal }) => replayAll(token, flags, signal));
}

async function replayAll(token: string, flags: ReplayFlags, signal: AbortSignal): Promise<number> {
  const replay = decodeToken(token);
  const system = systemNamed(replay.system);
  const invariant = promisesFor(system, [replay.invariant]).invariants[0];
  if (invariant === undefined) {
    throw new HarnessError(
      'E_TOKEN',
      `the token breaks "${replay.invariant}", which ${system.name} does not promise. Replay it with the antlion that printed it.`,
    );
  }
  const environment = await openEnvironment(flags.env, signal);
  const isReal = environment.name !== 'simulation';
  if (isReal) requireShort(replay, environment.name);
  sayBuild(replay);
  const tries = flags.times ?? (isReal ? realTries : 1);
  for (let i = 1; i <= tries && !signal.aborted; i++) {
    const run = await once(environment, system, invariant, replay);
    if (showed(run, invariant, replay, token, `try ${i} of ${tries}`)) return exitCodes.violated;
  }
  say(`It did not show: 0 of ${tries} tries in ${environment.name}.`);
  return exitCodes.holds;
}

async function once(
  environment: OpenEnvironment,
  system: System,
  invariant: Invariant,
  replay: Replay,
): Promise<Run> {
  const isSame = environment.name === 'simulation';
  return environment.run(system, replay.program, {
    monitors: [invariant],
    ...(isSame && { pins: replay.pins }),
  });
}

/** Prints the violation, if there is one. */
function showed(
  run: Run,
  invariant: Invariant,
  replay: Replay,
  token: string,
  which: string,
): boolean {
  const verdict = invariant.judge(run.history, replay.program);
  if (verdict.kind !== 'violated') return false;
  const isSameTrace = run.traceHash !== null && run.traceHash === replay.traceHash;
  const trace = run.traceHash === null ? '' : isSameTrace ? ', same trace' : ', another trace';
  const lines = violationLines({
    invariant: invariant.id,
    claim: invariant.claim,
    sentences: verdict.explanation.sentences,
    steps: stepsOf(replay.program, run.history, verdict.explanation.ops),
    note: `${which}${trace}`,
    token,
    again: `antlion replay ${token}`,
  });
  sayLines(lines);
  return true;
}

function requireShort(replay: Replay, env: string): void {
  if (replay.program.durationUs <= realDurationUsMax) return;
  throw new HarnessError(
    'E_PLAN',
    `the run lasts ${formatDuration(replay.program.durationUs)}, wanted at most ${formatDuration(realDurationUsMax)} in ${env}. Replay it with --env simulation.`,
  );
}

function sayBuild(replay: Replay): void {
  const here = buildDigest();
  if (replay.build === here || replay.build === 'property') return;
  warn(`note: found by build ${replay.build}, this is ${here}`);
}
