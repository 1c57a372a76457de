/**
 * Makes a shrunk program show its violation more often, at the price of a step or two.
 *
 * Shrinking asks only that *some* noise fails, and so it drops what the noise can make up for: that a
 * client had already found the leader, say. In real time nobody chooses the noise. One operation is
 * put back where that raises the share of failing noises clearly, a few times over.
 */
import { Prng } from '../core/prng.ts';
import type { Operation, Program } from '../core/program.ts';
import type { Attempt } from './trials.ts';
import { stepping, toTheEnd } from './turns.ts';
import type { Search } from './turns.ts';

export interface AmplifyOptions {
  /** Work (see `Attempt`) that may be done in all; how often it shows is told by a few noises even without any. */
  readonly workMax: number;
  /** Noises tried for each candidate. */
  readonly noises: number;
}

export interface Amplified {
  readonly program: Program;
  /** Failing noises of those tried, per thousand. */
  readonly ratePermille: number;
}

/** So many noises are tried at any price. */
const noisesMin = 4;
/** Good enough: nothing is put back beyond this. */
const enoughPermille = 700;
/** What one more step must bring. */
const gainPermille = 150;
const stepsAddedMax = 3;
/** Operations considered of each client: its first ones, and the last before the first kept one. */
const fromStart = 2;
const fromEnd = 3;

/** `attempt`: see `shrink`. */
export function amplify(
  small: Program,
  original: Program,
  { attempt, ...o }: AmplifyOptions & { readonly attempt: (program: Program) => Attempt },
): Amplified {
  return toTheEnd(stepping(amplifying(small, original, o), attempt));
}

/** The same, which asks for each run. */
export function* amplifying(
  small: Program,
  original: Program,
  o: AmplifyOptions,
): Search<Attempt, Amplified> {
  let work = 0;
  const noiseOf = new Prng(small.noiseSeed).fork('harden');
  const noises = Array.from({ length: o.noises }, () => noiseOf.uint32());
  const rate = function* (p: Program, workMax = Infinity): Search<Attempt, number> {
    let [failed, runs] = [0, 0];
    for (const noiseSeed of noises) {
      if (runs >= noisesMin && work >= workMax) break;
      const tried = yield { ...p, noiseSeed };
      work += tried.work;
      runs += 1;
      if (tried.violatedUs !== null) failed += 1;
    }
    return Math.round((failed * 1000) / runs);
  };
  let best: Amplified = { program: small, ratePermille: yield* rate(small, o.workMax) };
  for (let added = 0; added < stepsAddedMax && best.ratePermille < enoughPermille; added++) {
    let better: Amplified = best;
    for (const program of withOneMore(best.program, original)) {
      if (work >= o.workMax) return better;
      const ratePermille = yield* rate(program);
      if (ratePermille > better.ratePermille) better = { program, ratePermille };
    }
    if (better.ratePermille < best.ratePermille + gainPermille) break;
    best = better;
  }
  return yield* keepFailing(best, small, noises);
}

/** The program must fail under its own noise; one that does was just seen, unless none was added. */
function* keepFailing(
  best: Amplified,
  small: Program,
  noises: readonly number[],
): Search<Attempt, Amplified> {
  if (best.program === small) return best;
  for (const noiseSeed of [small.noiseSeed, ...noises]) {
    const program = { ...best.program, noiseSeed };
    if ((yield program).violatedUs !== null) return { ...best, program };
  }
  return { ...best, program: small };
}

/** Every program with one of the operations put back that a client did before its first kept one. */
function withOneMore(p: Program, original: Program): Program[] {
  return p.clients.flatMap((kept, client) => {
    const first = kept[0];
    if (first === undefined) return [];
    // By its operations: clients without any may have gone, and the others have moved up.
    const own = original.clients.find((ops) => ops.some((op) => op.id === first.id));
    const all = timed(own ?? []);
    const until = all.findIndex(({ op }) => op.id === first.id);
    if (until <= 0) return [];
    const before = all.slice(0, until);
    const some = before.filter((_, i) => i < fromStart || i >= until - fromEnd);
    return some.map(({ op, atUs }) => {
      const early = Math.min(atUs, first.afterUs);
      const list = [
        { ...op, afterUs: early },
        { ...first, afterUs: first.afterUs - early },
        ...kept.slice(1),
      ];
      return { ...p, clients: p.clients.map((ops, c) => (c === client ? list : ops)) };
    });
  });
}

/** Each operation with the time at which it would begin if all took no time. */
function timed(ops: readonly Operation[]): { readonly op: Operation; readonly atUs: number }[] {
  let atUs = 0;
  return ops.map((op) => {
    atUs += op.afterUs;
    return { op, atUs };
  });
}
