/** What the checkers that count have in common: each compares what went in with what came out. */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import { OperationError } from '../operation-error.ts';
import type { Op } from '../operations.ts';

/** Counts, the elements behind them, latencies in milliseconds. */
export type Figures = Readonly<Record<string, Json>>;

/** Judges what one key was told; null: the state before the first operation is what the model says. */
export type Tally = (history: JepsenHistory, initial: Json) => Tallied;

export type Tallied =
  | { readonly kind: 'holds'; readonly figures: Figures; readonly sentences: readonly string[] }
  | { readonly kind: 'unknown'; readonly figures: Figures; readonly reason: string }
  | { readonly kind: 'violated'; readonly figures: Figures; readonly fault: TallyFault };

export interface TallyFault {
  /** Operations that contradict each other. */
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
  /** The history up to and including this position shows it. */
  readonly position: number;
  /** Does nothing shorter show it? */
  readonly isShortest: boolean;
}

/** So many elements are listed by name; all of them are counted. */
const listed = 48;

/** The first elements, as JSON. */
export function elementsOf(some: readonly Json[]): Json {
  return some.slice(0, listed);
}

export function named(some: readonly Json[]): string {
  const more = some.length > 5 ? ` and ${some.length - 5} more` : '';
  return `${some
    .slice(0, 5)
    .map((v) => canonical(v))
    .join(', ')}${more}`;
}

/**
 * The least, the median, the 95th and 99th percentile and the greatest, in milliseconds, as
 * `jepsen.checker/frequency-distribution` takes them. `us` in any order, not empty.
 */
export function quantilesOf(us: readonly number[]): Figures {
  const sorted = [...us].sort((a, b) => a - b);
  const at = (q: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] as number;
    return value / 1_000;
  };
  return { min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** The elements of a read or of a drain; null where nothing is known. Throws E_HISTORY for anything else. */
export function arrayOf(op: Op, model: string): readonly Json[] | null {
  if (op.output === null) return null;
  if (Array.isArray(op.output)) return op.output as readonly Json[];
  throw new OperationError(
    op,
    `returned ${canonical(op.output).slice(0, 60)}, model ${model} wants a list. Choose another model or mend the history.`,
  );
}

/** Throws E_HISTORY for what is no number. */
export function numberIn(op: Op, value: Json, model: string): number {
  if (typeof value === 'number') return value;
  throw new OperationError(
    op,
    `has ${canonical(value).slice(0, 60)}, model ${model} wants a number. Choose another model or mend the history.`,
  );
}

/** In order of the first of each. */
export function grouped<T, K>(all: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of all) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
