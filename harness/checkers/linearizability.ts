/**
 * Linearizability (Herlihy & Wing, 1990): is there one order of the operations that agrees with real
 * time and in which each has the result it had?
 *
 * Parts that do not touch one another are judged apart (locality), each by the cheapest complete
 * algorithm. All get a small budget first, then the undecided a larger one: the first refuted part
 * ends the matter however hard the others are. Work is counted in configurations, never in time.
 */
import { explainIllegal, type IllegalReport } from './core.ts';
import { type Case, caseOf } from './decide.ts';
import type { Model } from './model.ts';
import type { Op } from './operations.ts';
import { Search } from './search.ts';

export interface LinearizabilityOptions {
  /** Configurations of all parts together; default 2,000,000. */
  readonly stepsMax?: number;
  /** Of the search's memory of configurations, bytes; default 256 MiB. */
  readonly bytesMax?: number;
  /** False: no core and no prefix, which cost further checks. Default true. */
  readonly isExplained?: boolean;
}

export type LinearizabilityResult =
  | {
      readonly kind: 'holds';
      readonly steps: number;
      /** By part: a linearization, proved by replay. */
      readonly orders: ReadonlyMap<string, readonly Op[]>;
    }
  | {
      readonly kind: 'violated';
      readonly steps: number;
      readonly part: string;
      readonly report: IllegalReport | null;
    }
  | {
      readonly kind: 'unknown';
      readonly steps: number;
      /** How far it got, in words. */
      readonly reason: string;
    };

const firstRound = 100;
const roundFactor = 5;

/** `ops` in order of their calls. */
export function checkLinearizable(
  ops: readonly Op[],
  model: Model,
  options: LinearizabilityOptions = {},
): LinearizabilityResult {
  const stepsMax = options.stepsMax ?? 2_000_000;
  const search = new Search(options.bytesMax ?? 256 * 1024 * 1024);
  const orders = new Map<string, readonly Op[]>();
  const parts = partsOf(ops, model);
  const cases = new Map<string, Case>();
  let open = [...parts.keys()];
  let steps = 0;
  for (let budget = firstRound; open.length > 0 && steps < stepsMax; budget *= roundFactor) {
    const still: typeof open = [];
    for (const name of open) {
      const part = parts.get(name) ?? [];
      const judge = cases.get(name) ?? caseOf(part, model);
      cases.set(name, judge);
      const d = judge(search, Math.min(budget, stepsMax - steps));
      steps += d.steps;
      if (d.kind === 'legal') orders.set(name, d.order);
      else if (d.kind === 'illegal') {
        const report =
          options.isExplained === false ? null : explainIllegal(part, model, search, d.steps);
        return { kind: 'violated', steps, part: name, report };
      } else if (d.kind === 'steps') still.push(name);
      else return undecided(`the search of ${name} needs more memory`);
    }
    open = still;
  }
  if (open.length === 0) return { kind: 'holds', steps, orders };
  return undecided(`the budget of ${stepsMax} steps is used up`);

  function undecided(why: string): LinearizabilityResult {
    const done = `${orders.size} of ${parts.size} parts are linearizable`;
    return { kind: 'unknown', steps, reason: `${why}; ${done}` };
  }
}

/** Operations by part, parts in order of their first call. */
function partsOf(ops: readonly Op[], model: Model): Map<string, Op[]> {
  const parts = new Map<string, Op[]>();
  for (const op of ops) {
    const name = model.part?.(op) ?? op.key;
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [op]);
    else part.push(op);
  }
  return parts;
}
