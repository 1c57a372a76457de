/** What becomes of the times of a program when parts of it go. Pure. */
import type { Fault } from '../core/fault.ts';
import type { Operation, Program } from '../core/program.ts';
import { begunLater } from '../faults/sooner.ts';

/** When an operation began and ended, µs after ready; without an end it was open when the run ended. */
export interface Span {
  readonly fromUs: number;
  readonly untilUs: number;
}

export type Spans = ReadonlyMap<number, Span>;

/** The same program, ending a second after `violatedUs` at the latest; what begins later is gone. */
export function endingAt(p: Program, violatedUs: number): Program {
  const durationUs = Math.min(p.durationUs, violatedUs + 1_000_000);
  return {
    ...p,
    durationUs,
    faults: p.faults
      .filter((f) => f.atUs < durationUs)
      .map((f) => ({ ...f, untilUs: Math.min(f.untilUs, durationUs) })),
  };
}

/** Without the operations that never began: the run is the same without them. */
export function begun(p: Program, spans: Spans | undefined): Program {
  if (spans === undefined) return p;
  return { ...p, clients: p.clients.map((ops) => ops.filter((op) => spans.has(op.id))) };
}

/** Operations that stay keep their distance from the start although others before them went. */
export function keepTimes(
  all: readonly Operation[],
  kept: readonly Operation[],
  spans: Spans | undefined,
): Operation[] {
  const ids = new Set(kept.map((op) => op.id));
  const out: Operation[] = [];
  let waitedUs = 0;
  for (const op of all) {
    waitedUs += op.afterUs;
    const span = spans?.get(op.id);
    if (!ids.has(op.id)) {
      // Those that were slow, in a partition say, would otherwise let the rest run ahead of the faults.
      if (span !== undefined) waitedUs += span.untilUs - span.fromUs;
      continue;
    }
    out.push({ ...op, afterUs: waitedUs });
    waitedUs = 0;
  }
  return out;
}

/** Before its first fault a stretch has so much of what went before. */
const leadUs = 300_000;

/** Stretches of a story with `length` faults that begin one after another, the last first. */
export function stretchesOf(p: Program, spans: Spans, length: number): Program[] {
  const begins = p.faults.map((f) => f.atUs).sort((a, b) => a - b);
  const stretches: Program[] = [];
  for (let i = begins.length - length; i > 0; i--) {
    const later = beginningAt(p, (begins[i] as number) - leadUs, spans);
    const lastUs = (begins[i + length - 1] as number) - (begins[i] as number);
    if (later !== null) stretches.push(endingAt(later, lastUs + leadUs));
  }
  return stretches;
}

/**
 * The story as it begins `shiftUs` later: faults that were over by then are gone, others are cut, and
 * operations that had begun are gone. Null: that is the whole of it.
 */
function beginningAt(p: Program, shiftUs: number, spans: Spans): Program | null {
  if (shiftUs <= 0) return null;
  const faults = p.faults.filter((f) => f.untilUs > shiftUs).map((f) => begunLater(f, shiftUs));
  const clients = p.clients.map((ops) => {
    const kept = ops.filter((op) => (spans.get(op.id)?.fromUs ?? 0) >= shiftUs);
    const [first, ...rest] = keepTimes(ops, kept, spans);
    if (first === undefined) return [];
    return [{ ...first, afterUs: Math.max(0, first.afterUs - shiftUs) }, ...rest];
  });
  return { ...p, faults, clients, durationUs: Math.max(1, p.durationUs - shiftUs) };
}

/** To the unit in which a person would write it. */
export function rounded(f: Fault, unitUs: number): Fault {
  const atUs = Math.round(f.atUs / unitUs) * unitUs;
  const lengthUs = Math.max(unitUs, Math.round((f.untilUs - f.atUs) / unitUs) * unitUs);
  return { ...f, atUs, untilUs: atUs + lengthUs };
}
