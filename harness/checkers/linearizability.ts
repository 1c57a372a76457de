/**
 * Linearizability (Herlihy & Wing, 1990): is there one order of the operations that agrees with real
 * time and in which each has the result it had?
 *
 * Parts that do not touch one another are judged apart (locality), each by the cheapest complete
 * algorithm. All get a small budget first, then the undecided a larger one: the first refuted part
 * ends the matter however hard the others are. Work is counted in configurations, never in time.
 */
import { explainIllegal, type IllegalReport } from './core.ts';
import { type Case, caseOf, type Decision } from './decide.ts';
import type { Model } from './model.ts';
import { isCompleted, type Op } from './operations.ts';
import { Search } from './search/search.ts';

export interface LinearizabilityOptions {
  /** Configurations of all parts together; default 2,000,000. */
  readonly stepsMax?: number;
  /** Of the search's memory of configurations, bytes; default 256 MiB. */
  readonly bytesMax?: number;
  /** False: no core and no prefix, which cost further checks. Default true. */
  readonly isExplained?: boolean;
}

export interface Linearization {
  readonly kind: 'linearization';
  /** By part: those that happened, in the order in which they took effect. */
  readonly orders: ReadonlyMap<string, readonly Op[]>;
}

export type LinearizabilityResult =
  | {
      readonly kind: 'holds';
      readonly steps: number;
      /** Proved by replay. */
      readonly certificate: Linearization;
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
/** Parts of which an undecided check says how far it got. */
const partsTold = 3;

/** `ops` in order of their calls. */
export function checkLinearizable(
  ops: readonly Op[],
  model: Model,
  options: LinearizabilityOptions = {},
): LinearizabilityResult {
  const stepsMax = options.stepsMax ?? 2_000_000;
  const search = new Search(options.bytesMax ?? 256 * 1024 * 1024);
  const parts = partsOf(ops, model);
  let open = [...parts.values()];
  let steps = 0;
  for (let budget = firstRound; open.length > 0 && steps < stepsMax; budget *= roundFactor) {
    for (const part of open) {
      part.judge ??= caseOf(part.ops, model);
      const d = part.judge(search, Math.min(budget, stepsMax - steps));
      steps += d.steps;
      part.decision = d;
      if (d.kind === 'illegal') {
        const isExplained = options.isExplained !== false;
        const report = isExplained ? explainIllegal(part.ops, model, search, d.steps) : null;
        return { kind: 'violated', steps, part: part.name, report };
      }
      if (d.kind === 'memory') {
        const reason = `the search of ${nameOf(part)} needs more memory; ${progress(parts)}`;
        return { kind: 'unknown', steps, reason };
      }
    }
    open = open.filter((part) => part.decision?.kind !== 'legal');
  }
  if (open.length === 0) {
    const certificate: Linearization = { kind: 'linearization', orders: ordersOf(parts) };
    return { kind: 'holds', steps, certificate };
  }
  const reason = `the budget of ${stepsMax} steps is used up; ${progress(parts)}`;
  return { kind: 'unknown', steps, reason };
}

interface Part {
  readonly name: string;
  readonly ops: Op[];
  judge?: Case;
  /** The last one. */
  decision?: Decision;
}

type Parts = ReadonlyMap<string, Part>;

function ordersOf(parts: Parts): ReadonlyMap<string, readonly Op[]> {
  return new Map([...parts].map(([name, { decision }]) => [name, orderOf(decision)]));
}

function orderOf(d: Decision | undefined): readonly Op[] {
  return d?.kind === 'legal' ? d.order : [];
}

/** How far an undecided check got, in words. */
function progress(parts: Parts): string {
  const all = [...parts.values()];
  const legal = all.filter((p) => p.decision?.kind === 'legal').length;
  const far = all.flatMap((p) => {
    const d = p.decision;
    if (d?.kind !== 'steps' && d?.kind !== 'memory') return [];
    return [`${nameOf(p)} up to return ${d.reached} of ${p.ops.filter(isCompleted).length}`];
  });
  const more = far.length > partsTold ? ` and ${far.length - partsTold} others` : '';
  const got =
    far.length === 0 ? '' : `, it got through ${far.slice(0, partsTold).join(', ')}${more}`;
  return `${legal} of ${parts.size} parts are linearizable${got}`;
}

/** A history without keys is one part, which has no name. */
function nameOf({ name }: Part): string {
  return name === '' ? 'the history' : name;
}

/** Operations by part, parts in order of their first call. */
function partsOf(ops: readonly Op[], model: Model): Map<string, Part> {
  const parts = new Map<string, Part>();
  for (const op of ops) {
    const name = model.part?.(op) ?? op.key;
    const part = parts.get(name);
    if (part === undefined) parts.set(name, { name, ops: [op] });
    else part.ops.push(op);
  }
  return parts;
}
