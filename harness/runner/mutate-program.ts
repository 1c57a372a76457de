/** Small changes of a program: one fault's time, kind or target, one fault more or fewer, new noise. */
import type { Fault, FaultKind } from '../core/fault.ts';
import type { Prng } from '../core/prng.ts';
import type { Program } from '../core/program.ts';
import { drawPlan } from '../faults/draw.ts';

/** A plan does not grow past this: each fault costs, and many hide one another. */
const faultsMax = 20;

/**
 * One change, and new noise half of the time. Faults stay inside the interval and the kinds of the
 * program that it began as, so that what the program promises still can be asked of it.
 */
export function mutateProgram(draw: Prng, p: Program): Program {
  const noiseSeed = draw.chance(500) ? draw.uint32() : p.noiseSeed;
  // What is never healed is the drawn minority: another one could take the quorum for good.
  const healed = [...p.faults.keys()].filter((i) => isHealed(p, p.faults[i] as Fault));
  if (healed.length === 0) return { ...p, noiseSeed: draw.uint32() };
  const at = draw.pick(healed);
  const old = p.faults[at] as Fault;
  const faults = [...p.faults];
  switch (draw.below(6)) {
    case 0:
      faults[at] = moved(draw, p, old);
      break;
    case 1:
      faults[at] = { ...fresh(draw, p, kindsOf(p)), ...interval(old) };
      break;
    case 2:
      faults[at] = { ...fresh(draw, p, [old.kind]), ...interval(old) };
      break;
    case 3:
      if (faults.length > 1) faults.splice(at, 1);
      break;
    case 4:
      if (faults.length < faultsMax) faults.push(fresh(draw, p, kindsOf(p)));
      break;
    default:
      return { ...p, noiseSeed: draw.uint32() };
  }
  return { ...p, noiseSeed, faults: faults.sort((a, b) => a.atUs - b.atUs) };
}

/** The fault at another time, with its length. */
function moved(draw: Prng, p: Program, f: Fault): Fault {
  const { calmUs } = bounds(p);
  const lengthUs = Math.min(f.untilUs - f.atUs, calmUs);
  const atUs = draw.between(0, calmUs - lengthUs);
  return { ...f, atUs, untilUs: atUs + lengthUs };
}

function fresh(draw: Prng, p: Program, kinds: readonly FaultKind[]): Fault {
  const { calmUs } = bounds(p);
  const [fault] = drawPlan(draw.fork(draw.uint32()), {
    shape: p.shape,
    kinds,
    count: 1,
    fromUs: 0,
    calmUs,
    shortestUs: Math.min(200_000, calmUs),
    longestUs: Math.max(200_000, calmUs >> 2),
    isSwarm: false,
  });
  return fault as Fault;
}

function interval(f: Fault): { readonly atUs: number; readonly untilUs: number } {
  return { atUs: f.atUs, untilUs: f.untilUs };
}

function kindsOf(p: Program): FaultKind[] {
  return [...new Set(p.faults.map((f) => f.kind))].sort();
}

/** Faults end where those that are healed ended, so that what must converge has the same time. */
function bounds(p: Program): { readonly calmUs: number } {
  return { calmUs: Math.max(1, ...p.faults.filter((f) => isHealed(p, f)).map((f) => f.untilUs)) };
}

function isHealed(p: Program, f: Fault): boolean {
  return f.untilUs < p.durationUs;
}
