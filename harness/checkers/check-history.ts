/** Checks a history that somebody recorded, by the name of a model: what `antlion check` does. */
import { HarnessError } from '../core/errors.ts';
import type { Json } from '../core/host.ts';
import type { VerdictKind } from '../core/verdict.ts';
import type { JepsenHistory } from './formats/jepsen.ts';
import { checkLinearizable } from './linearizability.ts';
import { checkExclusion } from './locks/exclusion.ts';
import { checkFencing } from './locks/fencing.ts';
import { modelOf } from './models/registry.ts';
import type { Op } from './operations.ts';
import { isCompleted } from './operations.ts';
import { checkSessions } from './sessions/check.ts';
import { checkForks, checkTotals, type SnapshotFault } from './snapshots.ts';
import { type Level, levels } from './transactions/anomalies.ts';
import { checkTransactions } from './transactions/check.ts';
import { checkWatches } from './watches/check.ts';

export interface CheckOptions {
  readonly model: string;
  /** The state before the first operation; null unless told. */
  readonly initial?: Json;
  /** For transactions; `strict-serializable` unless told. */
  readonly consistency?: string;
  /** Configurations the search may look at; 2,000,000 unless told. */
  readonly stepsMax?: number;
  /** False: no core and no prefix of what is not linearizable, which cost further checks. */
  readonly isExplained?: boolean;
}

export interface CheckReport {
  readonly verdict: VerdictKind;
  /** How many operations were invoked. */
  readonly operations: number;
  /** Configurations the search looked at; 0 where none was needed. */
  readonly nodes: number;
  /** The operations that cannot be reconciled; empty unless violated. */
  readonly core: readonly Op[];
  /** Events of the shortest prefix that is violated already; null unless a search can tell. */
  readonly prefix: number | null;
  /** Why it is violated, or how far it got: one sentence a fact. */
  readonly sentences: readonly string[];
}

/** Throws E_USAGE for an unknown model or level, E_HISTORY for operations that the model has not. */
export function checkHistory(history: JepsenHistory, options: CheckOptions): CheckReport {
  const { model } = options;
  const level = levelOf(options.consistency);
  if (model === 'list-append' || model === 'rw-register') {
    return transactions(history, model, level ?? 'strict-serializable');
  }
  if (level !== null) {
    throw new HarnessError(
      'E_USAGE',
      `--consistency is for transactions, and model is "${model}". Leave it out, or pass --model list-append or rw-register.`,
    );
  }
  if (model === 'watch') return watches(history);
  if (model === 'sessions') {
    return found(history, checkSessions(history.ops, { initial: options.initial ?? null }));
  }
  if (model === 'fencing') return found(history, checkFencing(history.ops));
  // Who called release relies on the lock no more, whatever became of it.
  if (model === 'lock') return found(history, checkExclusion([...history.ops, ...history.failed]));
  if (model === 'long-fork') return snapshots(history, checkForks(history.ops));
  const isTotal = model === 'bank' && (options.initial ?? null) === null;
  if (isTotal) return snapshots(history, checkTotals(history.ops));
  return linearizable(history, options);
}

function linearizable(history: JepsenHistory, options: CheckOptions): CheckReport {
  const { ops, invoked: operations } = history;
  const model = modelOf(options.model, options.initial ?? null, ops);
  const { stepsMax, isExplained = true } = options;
  const result = checkLinearizable(ops, model, {
    isExplained,
    ...(stepsMax !== undefined && { stepsMax }),
  });
  const nodes = result.steps;
  if (result.kind === 'violated') {
    const { core = [], sentences = [], position } = result.report ?? {};
    const prefix = position === undefined ? null : position + 1;
    return { verdict: 'violated', operations, nodes, core, prefix, sentences };
  }
  // What never completed is explained by never having happened: true, and worth saying.
  const isVacuous = !ops.some(isCompleted);
  const said = isVacuous ? ['No operation completed.'] : [];
  const sentences = result.kind === 'unknown' ? [result.reason] : said;
  return { verdict: result.kind, operations, nodes, core: [], prefix: null, sentences };
}

function transactions(
  history: JepsenHistory,
  model: 'list-append' | 'rw-register',
  level: Level,
): CheckReport {
  const result = checkTransactions(history.ops, history.failed, model, level);
  const worst = result.anomalies[0];
  const strongest = `The strongest level that holds: ${result.strongest ?? 'none'}.`;
  const kinds = result.anomalies.map((a) => a.kind).join(', ');
  const facts = worst === undefined ? [] : [`Anomalies: ${kinds}.`, ...worst.sentences, strongest];
  const reason = result.reason === undefined ? [] : [result.reason];
  return {
    verdict: result.kind,
    operations: history.invoked,
    nodes: 0,
    core: result.kind === 'violated' ? (worst?.txns.map((t) => t.op) ?? []) : [],
    prefix: null,
    sentences: [...reason, ...facts],
  };
}

type Found =
  | { readonly kind: 'holds' }
  | {
      readonly kind: 'violated';
      readonly fault: { readonly ops: readonly Op[]; readonly sentences: readonly string[] };
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a checker of its own kind found: no search, so no prefix. */
function found(history: JepsenHistory, result: Found): CheckReport {
  const shared = { verdict: result.kind, operations: history.invoked, nodes: 0, prefix: null };
  switch (result.kind) {
    case 'violated':
      return { ...shared, core: result.fault.ops, sentences: result.fault.sentences };
    case 'unknown':
      return { ...shared, core: [], sentences: [result.reason] };
    case 'holds':
      return { ...shared, core: [], sentences: [] };
  }
}

function snapshots(history: JepsenHistory, fault: SnapshotFault | null): CheckReport {
  const hasRead = history.ops.some((op) => isCompleted(op) && op.output !== null);
  const shared = { operations: history.invoked, nodes: 0, prefix: null };
  if (fault !== null) {
    return { verdict: 'violated', ...shared, core: fault.ops, sentences: fault.sentences };
  }
  const sentences = hasRead ? [] : ['no read completed'];
  return { verdict: hasRead ? 'holds' : 'unknown', ...shared, core: [], sentences };
}

function watches(history: JepsenHistory): CheckReport {
  const result = checkWatches(history.ops);
  const shared = { verdict: result.kind, operations: history.invoked, nodes: 0 };
  if (result.kind === 'violated') {
    const { fault, position } = result;
    const core = history.ops.filter((op) => fault.ops.includes(op.id));
    const prefix = position === null ? null : position + 1;
    return { ...shared, core, prefix, sentences: fault.sentences };
  }
  const sentence = result.kind === 'holds' ? result.basis : result.reason;
  return { ...shared, core: [], prefix: null, sentences: [sentence] };
}

function levelOf(text: string | undefined): Level | null {
  if (text === undefined) return null;
  const level = levels.find((l) => l === text);
  if (level !== undefined) return level;
  throw new HarnessError(
    'E_USAGE',
    `consistency is "${text}", wanted one of ${levels.join(', ')}. Pass --consistency with one of these.`,
  );
}
