/** Tries of smaller programs: what was tried, what it cost, and the best that still fails. */
import { assert } from '../core/assert.ts';
import { Prng } from '../core/prng.ts';
import type { Operation, Program } from '../core/program.ts';
import { begun, endingAt, keepTimes } from './shrink-times.ts';
import type { Spans } from './shrink-times.ts';
import type { Search } from './turns.ts';

/** What one try showed. */
export interface Attempt {
  /** When the invariant was broken, µs after ready; null: it was not. */
  readonly violatedUs: number | null;
  /**
   * When each operation ran, by its id. Operations then keep their times when those before them go;
   * without it only the pauses between them are known.
   */
  readonly spans?: Spans;
  /** Work done, in any unit that grows with it (events of the run). */
  readonly work: number;
}

export interface ShrinkOptions {
  /** Stop when this much work was done; the best program so far is the result. */
  readonly workMax: number;
  /** Noise seeds tried for one candidate, in the quick pass and in the last one. */
  readonly noiseQuick: number;
  readonly noiseThorough: number;
}

/** That no step can go, as far as runs can show it: each was left out alone. */
export interface Minimal {
  /** Steps, nodes and clients that were left out, each by itself, from the program as it is. */
  readonly singles: number;
  /** Under so many noises each: its own and fresh ones. None of these runs failed. */
  readonly noises: number;
}

/** Noises by which it is estimated how often a program fails. */
const likelyTries = 10;

/**
 * Longer stories are told by what they add up to: a rate that was passed, say. When so many parts of one are needed,
 * each of them, leaving out smaller ones would take all the budget for a story that is as long to a reader.
 */
const longMin = 1_000;
const partsNeeded = 64;

export type Trying<T = void> = Search<Attempt, T>;

export class Trials {
  best: Program;
  attempts = 0;
  work = 0;
  /** Noise seeds tried for one candidate. */
  noise = 1;
  /** It stays a story of a thousand steps: no pass is worth its while. */
  isUnreadable = false;
  protected spans: Spans | undefined;
  protected readonly o: ShrinkOptions;
  protected readonly draw: Prng;
  private readonly likelyDraw: Prng;
  /** Of the best program, once it was asked for. */
  private likely: { readonly program: Program; readonly failures: number } | null = null;

  constructor(failing: Program, options: ShrinkOptions) {
    this.best = failing;
    this.o = options;
    this.draw = new Prng(failing.noiseSeed).fork('shrink');
    this.likelyDraw = new Prng(failing.noiseSeed).fork('likely');
  }

  get hasBudget(): boolean {
    return this.work < this.o.workMax;
  }

  protected withOperations(isKept: (op: Operation, client: number) => boolean): Program {
    const clients = this.best.clients.map((ops, client) =>
      keepTimes(
        ops,
        ops.filter((op) => isKept(op, client)),
        this.spans,
      ),
    );
    return { ...this.best, clients };
  }

  /** Removes ever smaller chunks as long as the rest still fails. */
  protected *ddmin<T>(items: readonly T[], build: (kept: readonly T[]) => Program): Trying {
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
      if (chunk === 1 && !isSmaller) return;
      // Each of these parts was left out by itself, and is needed.
      if (kept.length > longMin && kept.length / chunk >= partsNeeded) {
        this.isUnreadable = true;
        return;
      }
      chunk = isSmaller ? Math.min(chunk, Math.ceil(kept.length / 2)) : Math.ceil(chunk / 2);
      chunk = Math.max(1, chunk);
    }
  }

  /** Tries the candidate under the noise that failed last and then under fresh noise. */
  protected *accept(candidate: Program, tries = this.noise): Trying<boolean> {
    for (let i = 0; i < tries && this.hasBudget; i++) {
      const noiseSeed = i === 0 ? this.best.noiseSeed : this.draw.uint32();
      if (yield* this.acceptUnder(candidate, noiseSeed)) return true;
    }
    return false;
  }

  /**
   * For what saves no step: the candidate must not need much more luck than the best program. It fails
   * under the same noise, and under at least half as many of some others, the same ones for both.
   */
  protected *acceptAsLikely(candidate: Program): Trying<boolean> {
    const program = { ...candidate, noiseSeed: this.best.noiseSeed };
    const tried = yield program;
    this.count(tried);
    if (tried.violatedUs === null || !this.hasBudget) return false;
    if (this.likely?.program !== this.best) {
      this.likely = { program: this.best, failures: yield* this.failuresOf(this.best) };
    }
    const failures = yield* this.failuresOf(program);
    if (failures * 2 < this.likely.failures) return false;
    this.keep(program, tried);
    this.likely = { program: this.best, failures };
    return true;
  }

  private *failuresOf(program: Program): Trying<number> {
    let failures = 0;
    for (let i = 0; i < likelyTries && this.hasBudget; i++) {
      const noiseSeed = this.likelyDraw.fork(i).uint32();
      const tried = yield { ...program, noiseSeed };
      this.count(tried);
      if (tried.violatedUs !== null) failures += 1;
    }
    return failures;
  }

  protected *acceptUnder(candidate: Program, noiseSeed: number): Trying<boolean> {
    const program = { ...candidate, noiseSeed };
    const tried = yield program;
    this.count(tried);
    if (tried.violatedUs === null) return false;
    this.keep(program, tried);
    return true;
  }

  protected keep(program: Program, tried: Attempt): void {
    assert(tried.violatedUs !== null, 'only what fails is kept');
    this.spans = tried.spans;
    this.best = endingAt(begun(program, tried.spans), tried.violatedUs);
  }

  protected count(tried: Attempt): void {
    this.attempts += 1;
    this.work += tried.work;
  }
}
