/**
 * Makes a failing program small: fewer faults, nodes, clients and operations, then shorter times.
 *
 * A candidate counts only when the *same* invariant fails. Protocol state depends on all that came
 * before, so a smaller plan rarely fails under the same noise: each candidate is tried under several
 * freshly drawn noise seeds (measured: 40 faults to 4 instead of 10–13). ddmin is Zeller and
 * Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002), section 3.
 *
 * The cheap passes come first and make the later ones cheaper: what happened after the violation and
 * operations that never began go for nothing, nodes that no one needs go before single operations.
 * The smaller the program, the less a run costs and the more noise each candidate gets.
 *
 * Work is counted in simulated events, so that the result does not depend on the machine.
 */
import { assert } from '../core/assert.ts';
import type { Fault } from '../core/fault.ts';
import { Prng } from '../core/prng.ts';
import type { Operation, Program } from '../core/program.ts';
import { smallerInputs } from '../workload/families.ts';
import { smallerShapes } from './smaller-shapes.ts';
import { stepping, toTheEnd } from './turns.ts';
import type { Search } from './turns.ts';

/** When an operation began and ended, µs after ready; without an end it was open when the run ended. */
export interface Span {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** What one try showed. */
export interface Attempt {
  /** When the invariant was broken, µs after ready; null: it was not. */
  readonly violatedUs: number | null;
  /**
   * When each operation ran, by its id. Operations then keep their times when those before them go;
   * without it only the pauses between them are known.
   */
  readonly spans?: ReadonlyMap<number, Span>;
  /** Work done, in any unit that grows with it (events of the run). */
  readonly work: number;
}

export interface ShrinkOptions {
  /** Stop when this much work was done; the best program so far is the result. */
  readonly workMax: number;
  /**
   * Noise seeds tried for one candidate, in the quick pass and, at least, in the thorough one: there
   * cheap runs get up to `noiseFactorMax` times as many.
   */
  readonly noiseQuick: number;
  readonly noiseThorough: number;
}

/** A candidate of the thorough pass may take this share of the budget. */
const shareOfWork = 1 / 200;
const noiseFactorMax = 10;
/** Times that one pass goes over faults, nodes and operations; a fixed point comes after two or three. */
const roundsMax = 6;
/** With no more items left than this, pairs that only go together are tried: quadratic. */
const pairsMax = 10;

export interface Shrunk {
  readonly program: Program;
  readonly attempts: number;
  readonly work: number;
  /** The budget ran out before a fixed point was reached. */
  readonly isCut: boolean;
}

/** `attempt` runs a program and says whether the invariant in question fails. */
export function shrink(
  failing: Program,
  { attempt, ...options }: ShrinkOptions & { readonly attempt: (program: Program) => Attempt },
): Shrunk {
  return toTheEnd(stepping(shrinking(failing, options), attempt));
}

/** The same, which asks for each run. */
export function* shrinking(failing: Program, options: ShrinkOptions): Search<Attempt, Shrunk> {
  const search = new Shrinking(failing, options);
  yield* search.cutHorizon();
  const rounds = [1, options.noiseQuick, options.noiseThorough];
  for (const [pass, noise] of rounds.entries()) {
    search.noise = noise;
    search.isThorough = pass === rounds.length - 1;
    for (let round = 0; round < roundsMax && search.hasBudget; round++) {
      const before = size(search.best);
      yield* search.shrinkFaults();
      yield* search.shrinkShape();
      yield* search.shrinkClients();
      yield* search.shrinkOperations();
      yield* search.shrinkArguments();
      if (size(search.best) === before) break;
    }
  }
  yield* search.simplifyTimes();
  return {
    program: search.best,
    attempts: search.attempts,
    work: search.work,
    isCut: !search.hasBudget,
  };
}

type Trying<T = void> = Search<Attempt, T>;

/** Faults and operations left: what a person has to read. */
export function size(p: Program): number {
  return p.faults.length + p.clients.reduce((n, ops) => n + ops.length, 0);
}

class Shrinking {
  best: Program;
  attempts = 0;
  work = 0;
  noise = 1;
  isThorough = false;
  private spans: ReadonlyMap<number, Span> | undefined;
  /** Work of the cheapest run that was seen: the best program's is about this. */
  private runWork = Infinity;
  private readonly o: ShrinkOptions;
  private readonly draw: Prng;

  constructor(failing: Program, options: ShrinkOptions) {
    this.best = failing;
    this.o = options;
    this.draw = new Prng(failing.noiseSeed).fork('shrink');
  }

  get hasBudget(): boolean {
    return this.work < this.o.workMax;
  }

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
      yield* this.accept({
        ...this.best,
        clients: this.best.clients.map((ops, i) => (i === c ? [] : ops)),
      });
    }
  }

  *shrinkOperations(): Trying {
    const all = this.best.clients.flatMap((ops, client) => ops.map((op) => ({ client, op })));
    yield* this.ddmin(all, (kept) => ({
      ...this.best,
      clients: this.best.clients.map((ops, client) =>
        keepTimes(
          ops,
          kept.filter((k) => k.client === client).map((k) => k.op),
          this.spans,
        ),
      ),
    }));
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

  /** Rounds times to what a person would write, largest unit first. */
  *simplifyTimes(): Trying {
    for (const unitUs of [1_000_000, 100_000]) {
      for (let i = 0; i < this.best.faults.length && this.hasBudget; i++) {
        const faults = this.best.faults.map((f, j) => (i === j ? rounded(f, unitUs) : f));
        yield* this.accept({ ...this.best, faults });
      }
    }
  }

  /** Removes ever smaller chunks as long as the rest still fails. */
  private *ddmin<T>(items: readonly T[], build: (kept: readonly T[]) => Program): Trying {
    let kept = items;
    let chunk = Math.ceil(kept.length / 2);
    if (kept.length > 0 && (yield* this.accept(build([])))) return;
    while (kept.length > 0 && this.hasBudget) {
      let isSmaller = false;
      for (let start = 0; start < kept.length && this.hasBudget;) {
        const candidate = [...kept.slice(0, start), ...kept.slice(start + chunk)];
        if (yield* this.accept(build(candidate))) {
          kept = candidate;
          isSmaller = true;
        } else start += chunk;
      }
      if (chunk === 1 && !isSmaller) {
        if (this.isThorough) yield* this.dropPairs(kept, build);
        return;
      }
      chunk = isSmaller ? Math.min(chunk, Math.ceil(kept.length / 2)) : Math.ceil(chunk / 2);
      chunk = Math.max(1, chunk);
    }
  }

  /** A crash and the partition that hid it, a write and its read: some go only together. */
  private *dropPairs<T>(items: readonly T[], build: (kept: readonly T[]) => Program): Trying {
    let kept = items;
    for (let i = 0; i < kept.length && kept.length <= pairsMax; i++) {
      for (let j = i + 1; j < kept.length && this.hasBudget; j++) {
        const candidate = kept.filter((_, k) => k !== i && k !== j);
        if (candidate.length === 0 || !(yield* this.accept(build(candidate)))) continue;
        kept = candidate;
        j = i;
      }
    }
  }

  /** Tries the candidate under the noise that failed last and then under fresh noise. */
  private *accept(candidate: Program): Trying<boolean> {
    const tries = this.tries;
    for (let i = 0; i < tries && this.hasBudget; i++) {
      const noiseSeed = i === 0 ? this.best.noiseSeed : this.draw.uint32();
      const program = { ...candidate, noiseSeed };
      const tried = yield program;
      this.count(tried);
      if (tried.violatedUs === null) continue;
      this.keep(program, tried);
      return true;
    }
    return false;
  }

  private get tries(): number {
    if (!this.isThorough) return this.noise;
    const affordable = Math.floor((this.o.workMax * shareOfWork) / Math.max(1, this.runWork));
    return Math.min(Math.max(this.noise, affordable), this.noise * noiseFactorMax);
  }

  private keep(program: Program, tried: Attempt): void {
    assert(tried.violatedUs !== null, 'only what fails is kept');
    this.runWork = Math.min(this.runWork, tried.work);
    this.spans = tried.spans;
    this.best = endingAt(begun(program, tried.spans), tried.violatedUs);
  }

  private count(tried: Attempt): void {
    this.attempts += 1;
    this.work += tried.work;
  }
}

/** The same program, ending a second after `violatedUs` at the latest; what begins later is gone. */
function endingAt(p: Program, violatedUs: number): Program {
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
function begun(p: Program, spans: ReadonlyMap<number, Span> | undefined): Program {
  if (spans === undefined) return p;
  return { ...p, clients: p.clients.map((ops) => ops.filter((op) => spans.has(op.id))) };
}

/** Operations that stay keep their distance from the start although others before them went. */
function keepTimes(
  all: readonly Operation[],
  kept: readonly Operation[],
  spans: ReadonlyMap<number, Span> | undefined,
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

function rounded(f: Fault, unitUs: number): Fault {
  const atUs = Math.round(f.atUs / unitUs) * unitUs;
  const lengthUs = Math.max(unitUs, Math.round((f.untilUs - f.atUs) / unitUs) * unitUs);
  return { ...f, atUs, untilUs: atUs + lengthUs };
}
