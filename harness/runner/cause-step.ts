/**
 * The step that is named as the cause, of those of the plan that came before the violation.
 *
 * Luck tells a moment (`cause.ts`), and needs time: a message that was delayed goes wrong when it arrives, and
 * steps that had to come meanwhile are as much of it. Others only show what is wrong for good by then. What can as well
 * come later did not do it: a pause is made before such a step, and if the violation comes all the same, it shows.
 */
import type { History } from '../core/history.ts';
import { Prng } from '../core/prng.ts';
import type { Program } from '../core/program.ts';
import { begunLater } from '../faults/sooner.ts';
import { anewFrom, namedMoment } from './cause.ts';
import type { Cause, CauseTried } from './cause.ts';
import type { Told } from './narrate.ts';

/** Pauses that are tried, µs, each under so many noises; in half of these runs it must come all the same. */
const pausesUs = [100_000, 1_000_000, 3_000_000] as const;
const noisesEach = 4;

export interface Broken {
  readonly program: Program;
  /** Of its run. */
  readonly history: History;
  /** When it broke the promise, µs since the run began, and which operations say so. */
  readonly violatedUs: number;
  readonly ops: readonly number[];
  /** All of the plan, in order of time. */
  readonly steps: readonly Told[];
}

/** What is named as the cause: a moment, µs since the run began, and the step that was the last by then; null: none was. */
export interface NamedStep {
  readonly atUs: number;
  readonly step: Told | null;
}

export function namedStep(
  cause: Cause,
  broken: Broken,
  attempt: (program: Program) => CauseTried,
): NamedStep {
  const { violatedUs, ops } = broken;
  const steps = broken.steps.filter((s) => s.timeUs <= violatedUs);
  const decidedUs = namedMoment(cause, violatedUs);
  const by = steps.filter((s) => s.timeUs <= decidedUs).length;
  const draw = new Prng(broken.program.noiseSeed).fork('cause step');
  const canWait = (s: Told): boolean => comesAfterPauses(broken, s, draw, attempt);
  // The first step of all cannot only show what none has done.
  for (let i = steps.length - 1; i >= Math.max(by, 1); i--) {
    const step = steps[i] as Told;
    if (!canWait(step)) return { atUs: step.timeUs, step };
  }
  const first = steps[0];
  if (by === 0) return { atUs: first?.timeUs ?? decidedUs, step: first ?? null };
  const [before, last] = [steps[by - 2], steps[by - 1] as Told];
  const isCertainAlways = cause.jump === null && cause.certain === null;
  // An answer that is as wrong later on was not what made it so.
  const isAnswer = last.op !== undefined && ops.includes(last.op);
  if (isCertainAlways && isAnswer && before !== undefined && canWait(last)) {
    return { atUs: before.timeUs, step: before };
  }
  return { atUs: decidedUs, step: last };
}

function comesAfterPauses(
  { program, history }: Broken,
  step: Told,
  draw: Prng,
  attempt: (program: Program) => CauseTried,
): boolean {
  const fromUs = step.timeUs - history.readyUs;
  let comes = 0;
  for (const pauseUs of pausesUs) {
    const paused = pausedBefore(program, history, step.timeUs, pauseUs);
    for (let i = 0; i < noisesEach; i++) {
      if (attempt(anewFrom(paused, fromUs, draw.uint32())).isViolated) comes += 1;
    }
  }
  return 2 * comes >= pausesUs.length * noisesEach;
}

/** All that began at `atUs` of its run or later comes so much later; what had begun ends as it would have. */
export function pausedBefore(
  program: Program,
  { events, readyUs }: Pick<History, 'events' | 'readyUs'>,
  atUs: number,
  pauseUs: number,
): Program {
  const begun = new Set(
    events.flatMap((e) => (e.type === 'invoke' && e.timeUs < atUs ? [e.op] : [])),
  );
  return {
    ...program,
    durationUs: program.durationUs + pauseUs,
    faults: program.faults.map((f) => (f.atUs < atUs - readyUs ? f : begunLater(f, -pauseUs))),
    clients: program.clients.map((operations) => {
      const next = operations.findIndex((op) => !begun.has(op.id));
      return operations.map((op, i) =>
        i === next ? { ...op, afterUs: op.afterUs + pauseUs } : op,
      );
    }),
  };
}
