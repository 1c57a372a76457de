/** The passes of shrinking, each over the best program so far. */
import { assert } from '../core/assert.ts';
import type { Fault } from '../core/fault.ts';
import type { Program } from '../core/program.ts';
import { smallerInputs } from '../workload/families.ts';
import { choices } from './choices.ts';
import { narrowerFaults } from './narrower-faults.ts';
import { keepTimes, rounded, stretchesOf } from './shrink-times.ts';
import { smallerShapes } from './smaller-shapes.ts';
import { Trials } from './trials.ts';
import type { Attempt, Minimal, Trying } from './trials.ts';

/** Seeds of noise by the clock that are tried, and how many failing ones are enough to choose from. */
const settleTries = 24;
const settleEnough = 4;
/** Looking for such noise, and for one short stretch, may each take this share of the budget. */
const shareOfLuck = 1 / 8;
/** Stretches that are tried have so many faults, lie at the last so many places, and are tried so often. */
const stretchFaults = [3, 4, 5, 6, 8, 11, 16, 23, 32, 45, 64] as const;
const stretchPlaces = 12;
const stretchTries = 72;
/** Choices of few steps that are tried at the end. */
const fewTries = 40;
/** With no more steps left than this, pairs that only go together are tried: quadratic. */
const pairsMax = 10;

export class Shrinking extends Trials {
  /** Nothing after the violation matters: end the run there. */
  *cutHorizon(): Trying {
    const first = yield this.best;
    this.count(first);
    assert(first.violatedUs !== null, 'the program to shrink does not fail', {
      scenario: this.best.scenario,
      noiseSeed: this.best.noiseSeed,
    });
    this.keep(this.best, first);
  }

  /**
   * From here on with noise by the clock, if the violation shows under some of it; of several the one
   * under which it shows first. Else it stays as it is.
   */
  *settle(failing: Program): Trying {
    const untilWork = this.work + this.o.workMax * shareOfLuck;
    let found = 0;
    let earliest: { readonly program: Program; readonly tried: Attempt } | null = null;
    for (let i = 0; i < settleTries && found < settleEnough && this.work < untilWork; i++) {
      const noiseSeed = i === 0 ? failing.noiseSeed : this.draw.uint32();
      const program: Program = { ...failing, noiseSeed, noise: { by: 'time' } };
      const tried = yield program;
      this.count(tried);
      if (tried.violatedUs === null) continue;
      found += 1;
      const isEarlier = tried.violatedUs < (earliest?.tried.violatedUs ?? Infinity);
      if (isEarlier) earliest = { program, tried };
    }
    if (earliest !== null) this.keep(earliest.program, earliest.tried);
  }

  /**
   * The same in a short stretch of it: what came earlier was often only waiting for luck. The shortest
   * stretches come first, of each length the last ones, under fresh noise each.
   */
  *shorten(): Trying {
    const { best, spans } = this;
    if (spans === undefined) return;
    const untilWork = this.work + this.o.workMax * shareOfLuck;
    for (const length of stretchFaults) {
      if (length * 2 > best.faults.length) return;
      const stretches = stretchesOf(best, spans, length).slice(0, stretchPlaces);
      for (let i = 0; i < stretchTries; i++) {
        const stretch = stretches[i % stretches.length];
        if (stretch === undefined || this.work >= untilWork) return;
        if (yield* this.acceptUnder(stretch, this.draw.uint32())) return;
      }
    }
  }

  *shrinkFaults(): Trying {
    yield* this.ddmin<Fault>(this.best.faults, (faults) => ({ ...this.best, faults }));
  }

  /** Fewer nodes and clients: each run costs less, and the story has fewer people in it. */
  *shrinkShape(): Trying {
    for (let isSmaller = true; isSmaller && this.hasBudget;) {
      isSmaller = false;
      for (const candidate of smallerShapes(this.best)) {
        if (!(yield* this.accept(candidate))) continue;
        isSmaller = true;
        break;
      }
    }
  }

  /** Whole clients first: an empty list keeps the numbers of the others. */
  *shrinkClients(): Trying {
    for (let c = 0; c < this.best.clients.length; c++) {
      if (this.best.clients[c]?.length === 0) continue;
      yield* this.accept(this.withOperations((_, client) => client !== c));
    }
  }

  *shrinkOperations(): Trying {
    const all = this.best.clients.flatMap((ops, client) => ops.map((op) => ({ client, op })));
    yield* this.ddmin(all, (kept) => {
      const ids = new Set(kept.map(({ op }) => op.id));
      return this.withOperations(({ id }) => ids.has(id));
    });
  }

  /** What a family has simpler arguments for, as long as one of them still fails: a load, say. */
  *shrinkArguments(): Trying {
    const ids = this.best.clients.flat().map((op) => op.id);
    for (const id of ids) while (this.hasBudget && (yield* this.acceptSmaller(id)));
  }

  private *acceptSmaller(id: number): Trying<boolean> {
    const op = this.best.clients.flat().find((o) => o.id === id);
    for (const value of op === undefined ? [] : smallerInputs(op)) {
      const clients = this.best.clients.map((ops) =>
        ops.map((o) => (o.id === id ? { ...o, value } : o)),
      );
      if (yield* this.accept({ ...this.best, clients })) return true;
    }
    return false;
  }

  /** Fewer links and nodes in each fault, less of it, and times as a person would write them. */
  *simplify(): Trying {
    for (let i = 0; i < this.best.faults.length && this.hasBudget; i++) {
      while (this.hasBudget && (yield* this.acceptNarrower(i)));
    }
    for (const unitUs of [1_000_000, 100_000]) {
      for (let i = 0; i < this.best.faults.length && this.hasBudget; i++) {
        const faults = this.best.faults.map((f, j) => (i === j ? rounded(f, unitUs) : f));
        yield* this.acceptAsLikely({ ...this.best, faults });
      }
    }
  }

  private *acceptNarrower(i: number): Trying<boolean> {
    const fault = this.best.faults[i];
    for (const narrower of fault === undefined ? [] : narrowerFaults(fault)) {
      const faults = this.best.faults.map((f, j) => (i === j ? narrower : f));
      if (yield* this.acceptAsLikely({ ...this.best, faults })) return true;
    }
    return false;
  }

  /** Until none can go, alone or (while there are few) together with another. */
  *leaveOutEach(): Trying<Minimal | null> {
    // Round and round: whoever was tried before another went is tried once more.
    for (let at = 0, failed = 0; this.hasBudget;) {
      const singles = [...this.oneLess()];
      if (failed >= singles.length) {
        if (yield* this.leaveOutPair()) failed = 0;
        else return this.hasBudget ? { singles: singles.length, noises: this.noise } : null;
        continue;
      }
      at %= singles.length;
      if (yield* this.accept(singles[at] as Program)) failed = 0;
      else {
        failed += 1;
        at += 1;
      }
    }
    return null;
  }

  /**
   * Choices of a few of all steps, the fewest first, of less than two thirds of what is left: leaving
   * out cannot come from one cause to another. True: one of them fails.
   */
  *growFromFew(failing: Program): Trying<boolean> {
    const { faults, clients, noise, noiseSeed } = this.best;
    const steps = faults.length + clients.flat().length;
    const all: readonly object[] = [...failing.faults, ...failing.clients.flat()];
    const program = { ...failing, noiseSeed, ...(noise !== undefined && { noise }) };
    let left = fewTries;
    for (let k = 0; 1.5 * k < steps; k++) {
      for (const chosen of choices(all, k)) {
        if (left-- <= 0 || !this.hasBudget) return false;
        const kept = new Set(chosen);
        const candidate: Program = {
          ...program,
          faults: failing.faults.filter((f) => kept.has(f)),
          clients: failing.clients.map((ops) =>
            keepTimes(
              ops,
              ops.filter((o) => kept.has(o)),
              this.spans,
            ),
          ),
        };
        if (yield* this.acceptUnder(candidate, noiseSeed)) return true;
      }
    }
    return false;
  }

  /** The best program without one fault, operation or node. */
  private *oneLess(): Generator<Program> {
    const { best } = this;
    for (const gone of best.faults) {
      yield { ...best, faults: best.faults.filter((f) => f !== gone) };
    }
    for (const gone of best.clients.flat()) yield this.withOperations((op) => op.id !== gone.id);
    yield* smallerShapes(best);
  }

  /** A crash and the partition that hid it, a write and its read: some go only together. */
  private *leaveOutPair(): Trying<boolean> {
    const { faults, clients } = this.best;
    const steps = [...faults, ...clients.flat()];
    if (steps.length > pairsMax) return false;
    const tries = Math.ceil(this.noise / 4);
    for (let i = 0; i < steps.length; i++) {
      for (let j = i + 1; j < steps.length && this.hasBudget; j++) {
        const gone = new Set<object>([steps[i] as object, steps[j] as object]);
        const kept = this.withOperations((op) => !gone.has(op));
        if (yield* this.accept({ ...kept, faults: faults.filter((f) => !gone.has(f)) }, tries)) {
          return true;
        }
      }
    }
    return false;
  }
}
