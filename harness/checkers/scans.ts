/** Promises that are judged in one pass over what clients were told, by the names that people pass. */
import { assert } from '../core/assert.ts';
import { beginningOf, shortestBeginning } from './beginning.ts';
import type { Certificate } from './certificate.ts';
import type { CheckOptions, CheckReport } from './check-report.ts';
import type { JepsenHistory } from './formats/jepsen.ts';
import type { Judged } from './judged.ts';
import { checkExclusion } from './locks/exclusion.ts';
import { checkFencing } from './locks/fencing.ts';
import type { Op } from './operations.ts';
import { checkSessions } from './sessions/check.ts';
import { checkForks } from './snapshots/forks.ts';
import { checkTotals } from './snapshots/totals.ts';
import { checkWatches } from './watches/check.ts';

/** Of the operations that happened or may have, and of those that failed. */
export type Scan = (ops: readonly Op[], failed: readonly Op[], options: CheckOptions) => Scanned;

type Scanned = Judged<{ readonly basis?: string; readonly certificate: Certificate }, Fault>;

interface Fault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
  /** The history up to and including this position shows it, and nothing shorter does, if that is known. */
  readonly position?: number;
}

const scans: ReadonlyMap<string, Scan> = new Map<string, Scan>([
  ['watch', watches],
  [
    'sessions',
    (ops, _, { initial = null, scope = 'key' }) => checkSessions(ops, { initial, scope }),
  ],
  ['fencing', (ops) => checkFencing(ops)],
  // Who called release relies on the lock no more, whatever became of it.
  [
    'lock',
    (ops, failed, { clocks }) => checkExclusion([...ops, ...failed.filter(isRelease)], clocks),
  ],
  ['long-fork', (ops) => checkForks(ops)],
]);

/** Null: what the model promises takes more than one pass. */
export function scanOf(model: string, { initial = null }: CheckOptions): Scan | null {
  // Without a state to begin from only totals can be told.
  if (model === 'bank' && initial === null) return (ops) => checkTotals(ops);
  return scans.get(model) ?? null;
}

export function scanned(history: JepsenHistory, options: CheckOptions, scan: Scan): CheckReport {
  const { ops, failed, invoked: operations } = history;
  const result = scan(ops, failed, options);
  const shared = { verdict: result.kind, operations, nodes: 0, isPrefixShortest: true };
  if (result.kind !== 'violated') {
    const sentence = result.kind === 'unknown' ? result.reason : result.basis;
    const sentences = sentence === undefined ? [] : [sentence];
    const certificate = result.kind === 'holds' ? result.certificate : null;
    return { ...shared, core: [], prefix: null, sentences, certificate };
  }
  const { isExplained = true } = options;
  const { fault, prefix } = isExplained
    ? earliest(history, options, scan, result.fault)
    : { fault: result.fault, prefix: null };
  const { ops: core, sentences } = fault;
  return { ...shared, prefix, core, sentences, certificate: null };
}

/** The fault that shows first, and how many events show it. */
function earliest(
  history: JepsenHistory,
  options: CheckOptions,
  scan: Scan,
  found: Fault,
): { readonly fault: Fault; readonly prefix: number } {
  if (found.position !== undefined) return { fault: found, prefix: found.position + 1 };
  const at = (position: number): Scanned => {
    const called = history.failed.filter((op) => op.call <= position);
    return scan(beginningOf(history.ops, position), called, options);
  };
  const { position } = shortestBeginning(history.ops, (p) => at(p).kind === 'violated');
  const result = at(position);
  assert(result.kind === 'violated', 'what is violated has a beginning that is', { position });
  return { fault: result.fault, prefix: position + 1 };
}

function watches(all: readonly Op[]): Scanned {
  const result = checkWatches(all);
  if (result.kind !== 'violated') return result;
  const { ops: ids, sentences } = result.fault;
  return { kind: 'violated', fault: { ops: all.filter((op) => ids.includes(op.id)), sentences } };
}

function isRelease(op: Op): boolean {
  return op.f === 'release';
}
