/**
 * Barriers that all parties enter and leave (ZooKeeper's recipe of a double barrier), by the order of events
 * alone, O(n · parties) for each barrier. A barrier is met at once: its key is used for one round.
 *
 * `enter-barrier` and `leave-barrier` ask with `{party, parties}` and answer whether all have come, or gone;
 * `await-barrier` asks so again and again, for its `phase`.
 */
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';

export interface BarriersFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

export type BarriersResult = Judged<{ readonly checked: number }, BarriersFault>;

interface Step {
  readonly op: Op;
  readonly phase: 'enter' | 'leave';
  readonly party: string;
  readonly parties: number;
  /** Null: nobody knows. */
  readonly isPassed: boolean | null;
  /** May it, or one of its questions, be carried out after its end? */
  readonly isLoose: boolean;
}

/** Nobody is let in before all have come, or told that all have gone while somebody is in. */
export function checkTogether(ops: readonly Op[]): BarriersResult {
  let checked = 0;
  for (const own of byBarrier(ops)) {
    for (const step of own) {
      if (step.isPassed !== true) continue;
      checked += 1;
      const fault = step.phase === 'enter' ? early(step, own) : behind(step, own);
      if (fault !== null) return { kind: 'violated', fault };
    }
  }
  return checked > 0
    ? { kind: 'holds', checked }
    : { kind: 'unknown', reason: 'nobody passed a barrier' };
}

/** Who comes last is let in, as is whoever comes after somebody was; likewise of those who go. */
export function checkOpens(ops: readonly Op[]): BarriersResult {
  let checked = 0;
  for (const own of byBarrier(ops)) {
    for (const step of own) {
      // Who waits asked often, and perhaps before the last had come.
      if (step.op.f === 'await-barrier' || step.isPassed === null) continue;
      const due = step.phase === 'enter' ? openTo(step, own) : leftTo(step, own);
      if (due === null) continue;
      if (!step.isPassed) return { kind: 'violated', fault: denied(step, due) };
      checked += 1;
    }
  }
  return checked > 0
    ? { kind: 'holds', checked }
    : { kind: 'unknown', reason: 'nobody came or went last for sure' };
}

function byBarrier(ops: readonly Op[]): readonly (readonly Step[])[] {
  const barriers = new Map<string, Step[]>();
  for (const op of ops) {
    const own = barriers.get(op.key) ?? [];
    barriers.set(op.key, own);
    own.push(stepOf(op));
  }
  return [...barriers.values()];
}

function stepOf(op: Op): Step {
  const asked = op.input as { party: string; parties: number; phase?: 'enter' | 'leave' };
  const { party, parties, phase = op.f === 'enter-barrier' ? 'enter' : 'leave' } = asked;
  const { output } = op;
  const isWait = op.f === 'await-barrier';
  const told = Object(output) as { readonly isPassed?: boolean; readonly untold?: number };
  const isPassed = !isCompleted(op) ? null : isWait ? told.isPassed === true : output === true;
  const isLoose = !isCompleted(op) || (isWait && (told.untold ?? 0) > 0);
  return { op, phase, party, parties, isPassed, isLoose };
}

/** Was this one let in before all had come? */
function early(step: Step, own: readonly Step[]): BarriersFault | null {
  const came = partiesOf(own.filter((s) => s.phase === 'enter' && s.op.call < step.op.ret));
  if (came.size >= step.parties) return null;
  const who = [...came].join(', ');
  return {
    ops: [step.op],
    sentences: [
      `${nameOp(step.op)} returned ${moment(step.op.retUs, step.op.ret)}: all had come.`,
      `Only ${came.size} of ${step.parties} had so much as asked by then: ${who}.`,
    ],
  };
}

/** Who was in all the time while this one was told that all had gone. */
function behind(step: Step, own: readonly Step[]): BarriersFault | null {
  const enters = own.filter((s) => s.phase === 'enter' && s.isPassed !== null);
  const inside = enters.find((s) => s.op.ret < step.op.call && !hasLeft(s.party, own, step.op.ret));
  if (inside === undefined) return null;
  return {
    ops: [inside.op, step.op],
    sentences: [
      `${nameOp(inside.op)} had come, and was told so ${moment(inside.op.retUs, inside.op.ret)}.`,
      `${nameOp(step.op)} was called ${moment(step.op.callUs, step.op.call)} and returned ${moment(step.op.retUs, step.op.ret)}: all had gone.`,
      `${inside.party} had not asked to go by then.`,
    ],
  };
}

/** By whom the barrier is open to this one for sure; null: it may still be closed. */
function openTo(step: Step, own: readonly Step[]): readonly Op[] | null {
  const before = own.filter((s) => s.phase === 'enter' && s.op.ret < step.op.call);
  if (hasLeft(step.party, own, step.op.ret)) return null;
  const passed = before.find((s) => s.isPassed === true);
  if (passed !== undefined) return [passed.op];
  const inside = before.filter((s) => !hasLeft(s.party, own, step.op.ret));
  const all = new Map([...inside, step].map((s) => [s.party, s.op]));
  return all.size >= step.parties ? [...all.values()].filter((op) => op !== step.op) : null;
}

/** By whom all have gone for sure; null: somebody may be in. */
function leftTo(step: Step, own: readonly Step[]): readonly Op[] | null {
  // What nobody was told of may be carried out late, and come back.
  if (own.some((s) => s.phase === 'enter' && (s.isLoose || s.op.call > step.op.call))) return null;
  const gone = own.filter((s) => s.phase === 'leave' && s.isPassed !== null);
  const before = gone.filter((s) => s.op.ret < step.op.call);
  const all = new Map([...before, step].map((s) => [s.party, s.op]));
  const came = partiesOf(own.filter((s) => s.phase === 'enter'));
  const isEmpty = [...came].every((party) => all.has(party));
  return isEmpty ? [...all.values()].filter((op) => op !== step.op) : null;
}

function denied(step: Step, due: readonly Op[]): BarriersFault {
  const done = step.phase === 'enter' ? 'come' : 'gone';
  return {
    ops: [...due, step.op],
    sentences: [
      ...due.map((op) => `${nameOp(op)} returned ${moment(op.retUs, op.ret)}.`),
      `${nameOp(step.op)} was called ${moment(step.op.callUs, step.op.call)}, when all others had ${done}, and was told that not all had.`,
    ],
  };
}

function hasLeft(party: string, own: readonly Step[], before: number): boolean {
  return own.some((s) => s.phase === 'leave' && s.party === party && s.op.call < before);
}

function partiesOf(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.map((s) => s.party));
}
