/** `antlion replay --cause`: from which moment on the violation was likely, and what happened then. */
import { HarnessError } from '../../core/errors.ts';
import type { Run } from '../../core/environment.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { Program } from '../../core/program.ts';
import type { System } from '../../core/system.ts';
import type { Explanation } from '../../core/verdict.ts';
import { causeOf } from '../../runner/cause.ts';
import type { Cause, CauseTried, Likelihood } from '../../runner/cause.ts';
import { namedStep } from '../../runner/cause-step.ts';
import type { Broken, NamedStep } from '../../runner/cause-step.ts';
import { describeEvent } from '../../runner/describe-event.ts';
import { firstDifference } from '../../runner/one-fewer.ts';
import { verdictOf } from '../../runner/judge.ts';
import { narrate } from '../../runner/narrate.ts';
import type { ReplayRecord } from '../../runner/replay-record.ts';
import type { OpenEnvironment } from '../environments.ts';

/** Events that are told of what lies in the jump. */
const eventsMax = 6;

/**
 * For a run that broke the promise as is explained. Some hundreds of runs. Throws E_USAGE where runs are
 * not over at once: there is no drawing noise anew in real time.
 */
export function causeLines(
  system: System,
  environment: OpenEnvironment,
  invariant: Invariant,
  record: ReplayRecord,
  run: Run,
  { atUs: violatedUs, ops }: Pick<Explanation, 'atUs' | 'ops'>,
): string[] {
  if (environment.time !== 'virtual' || !environment.isSynchronous) {
    throw new HarnessError(
      'E_USAGE',
      `--cause needs runs in simulation, of plain components, got ${environment.name}. Leave --cause or --env out.`,
    );
  }
  const again = (program: Program): Run =>
    environment.run(system, program, { monitors: [invariant], pins: record.pins }) as Run;
  const { program } = record;
  const attempt = (p: Program): CauseTried => {
    const tried = again(p);
    const isViolated = verdictOf(invariant, tried.history, p).kind === 'violated';
    return { run: tried, isViolated };
  };
  const cause = causeOf(program, run.history, violatedUs, attempt);
  const lines = linesOf(cause, program, (p) =>
    firstDifference(run.history, again(p).history, none),
  );
  const broken: Broken = {
    program,
    history: run.history,
    violatedUs,
    ops,
    steps: narrate(program, run.history).filter((t) => t.kind === 'step'),
  };
  return [...lines, ...stepLines(cause, namedStep(cause, broken, attempt))];
}

function stepLines({ certain }: Cause, { atUs, step }: NamedStep): string[] {
  const isCertain = certain !== null && certain.untilUs === atUs;
  const when = isCertain ? `From ${clock(atUs).trim()} on no run kept it any more. ` : '';
  const told = step === null ? 'none; it needs none' : `${clock(step.timeUs).trim()}  ${step.text}`;
  return [`${when}The step by then: ${told}`];
}

/** No step is left out. */
const none = { op: -1 };

function linesOf(
  { curve, jump, events, nearest }: Cause,
  { shape }: Program,
  differenceOf: (p: Program) => ReturnType<typeof firstDifference>,
): string[] {
  const lines = ['', 'How likely the violation was, with other noise from each moment on:'];
  for (const l of curve) lines.push(`  ${clock(l.atUs)}  ${likely(l)}`);
  if (jump === null)
    lines.push('It rises nowhere by more than chance: no single moment decided it.');
  else {
    const { from, to } = jump;
    lines.push(`Decided between ${clock(from.atUs).trim()} and ${clock(to.atUs).trim()}:`);
    for (const e of events.slice(0, eventsMax)) {
      lines.push(`  ${clock(e.timeUs)}  ${describeEvent(e, shape)}`);
    }
    if (events.length > eventsMax) lines.push(`  and ${events.length - eventsMax} more`);
  }
  if (nearest === null) return [...lines, 'No run kept the promise, from whatever moment on.'];
  const { differs } = differenceOf(nearest.program);
  const told = (e: Parameters<typeof describeEvent>[0] | null | undefined): string =>
    e === null || e === undefined
      ? 'nothing more'
      : `${clock(e.timeUs).trim()} ${describeEvent(e, shape)}`;
  return [
    ...lines,
    `The nearest run that keeps the promise is the same until ${clock(nearest.untilUs).trim()}. First difference:`,
    `  here   ${told(differs?.here)}`,
    `  there  ${told(differs?.there)}`,
  ];
}

function likely({ failed, runs, low, high }: Likelihood): string {
  const percent = (share: number): string => String(Math.round(share * 100)).padStart(3);
  return `${percent(failed / runs)} %  (${failed} of ${runs}; ${percent(low).trim()} to ${percent(high).trim()} %)`;
}

function clock(us: number): string {
  return `${(us / 1_000_000).toFixed(3).padStart(8)} s`;
}
