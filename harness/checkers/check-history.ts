/** Checks a history that somebody recorded, by the name of a model: what `antlion check` does. */
import { HarnessError } from '../core/errors.ts';
import { overKeys } from './by-key.ts';
import type { CheckOptions, CheckReport } from './check-report.ts';
import { composed, isComposition, modelsIn, optionsFor } from './composition.ts';
import type { JepsenHistory } from './formats/jepsen.ts';
import { checkLinearizable } from './linearizability.ts';
import type { Model } from './model.ts';
import { withoutNulls } from './models/many.ts';
import { modelOf } from './models/registry.ts';
import { OperationError } from './operation-error.ts';
import { isCompleted, type Op } from './operations.ts';
import { scanned, scanOf } from './scans.ts';
import { tallied } from './tallies/tallied.ts';
import { isByKey, tallyOf } from './tallies/registry.ts';
import type { Anomaly } from './transactions/anomaly.ts';
import { checkTransactions } from './transactions/check.ts';
import { type Level, levels } from './transactions/levels.ts';
import { lastPosition, shortestPrefix } from './transactions/prefix.ts';
import { tableOf } from './transactions/table/from-operations.ts';
import { type TxnKind, TxnTable } from './transactions/table/table.ts';
import { Txns } from './transactions/table/txns.ts';

/** Null: the model is not about transactions. */
export function txnKindOf(model: string): TxnKind | null {
  if (model === 'list-append') return 'list-append';
  return model === 'rw-register' ? 'rw-register' : null;
}

/**
 * A history of transactions may be a table. One in which nothing completed shows nothing: what would
 * hold is unknown. Throws E_USAGE for an unknown model or level, E_HISTORY for operations that the
 * model has not.
 */
export function checkHistory(
  history: JepsenHistory | TxnTable,
  options: CheckOptions,
): CheckReport {
  refuseOptions(options);
  const report = demandShown(
    history,
    atItsLine(history, () => checked(history, options)),
  );
  const notes = history instanceof TxnTable ? [] : (history.notes ?? []);
  return notes.length === 0 ? report : { ...report, sentences: [...report.sentences, ...notes] };
}

/** Nothing holds of what did not happen. */
function demandShown(history: JepsenHistory | TxnTable, report: CheckReport): CheckReport {
  const why = whyVacuous(history, report.operations);
  if (report.verdict !== 'holds' || why === null) return report;
  return { ...report, verdict: 'unknown', certificate: null, sentences: [why] };
}

/** Why nothing can be shown, or null. */
function whyVacuous(history: JepsenHistory | TxnTable, operations: number): string | null {
  if (operations === 0) return 'The history has no operations: nothing was shown.';
  const hasCompleted =
    history instanceof TxnTable ? history.hasCompleted() : history.ops.some(isCompleted);
  return hasCompleted
    ? null
    : `None of ${operations} operations is known to have happened: nothing was shown.`;
}

/** Names file and line of an operation that makes no sense. */
function atItsLine<T>(history: JepsenHistory | TxnTable, check: () => T): T {
  try {
    return check();
  } catch (error) {
    const source = history instanceof TxnTable ? undefined : history.source;
    if (!(error instanceof OperationError) || source === undefined) throw error;
    const line = source.lines[error.op.id] ?? 0;
    throw new HarnessError('E_HISTORY', `${source.file}:${line}: the operation ${error.what}`);
  }
}

function checked(history: JepsenHistory | TxnTable, options: CheckOptions): CheckReport {
  const model = nameOf(options);
  const level = levelOf(options.consistency) ?? 'strict-serializable';
  if (history instanceof TxnTable) return transactions(history, level, options);
  if (isComposition(model)) {
    return composed(history, { ...options, model }, (part, own) => {
      return demandShown(part, checked(part, own));
    });
  }
  const isApart = isByKey(model) || isOnlyByKey(model, options);
  return isApart ? overKeys(history, (part) => one(part, options)) : one(history, options);

  function one(part: JepsenHistory, own: CheckOptions): CheckReport {
    const kind = txnKindOf(model);
    if (kind !== null) return transactions(tableOf(part.ops, part.failed, kind), level, own);
    const tally = tallyOf(model);
    if (tally !== null) return tallied(part, model, own.initial ?? null, tally);
    const scan = scanOf(model, own);
    return scan !== null ? scanned(part, own, scan) : linearizable(part, own);
  }
}

/** Others part a history by themselves; a queue is never that of another key. */
const acrossKeys = new Set([
  'multi-register',
  'bank',
  'long-fork',
  'watch',
  'list-append',
  'rw-register',
]);

function isOnlyByKey(model: string, { isIndependent = false }: CheckOptions): boolean {
  return model === 'unordered-queue' || (isIndependent && acrossKeys.has(model));
}

/** Throws E_USAGE for what no history can be checked with. */
export function refuseOptions(options: CheckOptions): void {
  const model = nameOf(options);
  const level = levelOf(options.consistency);
  if (isComposition(model)) {
    refuseParts(modelsIn(model), options);
    return;
  }
  if (options.clocks !== undefined) refuseUnless('lock', model, 'bounds of clocks');
  if (options.scope !== undefined) refuseUnless('sessions', model, 'a scope');
  if (txnKindOf(model) !== null) return;
  if (level !== null) {
    throw new HarnessError(
      'E_USAGE',
      `consistency is for transactions, and model is "${model}". Leave it out, or choose model list-append or rw-register.`,
    );
  }
  if (tallyOf(model) !== null) refuseInitial(model, options);
  else if (scanOf(model, options) === null) modelFor(options, []);
}

/** `models` null: what the history will show. An option is for one of them at least. */
function refuseParts(models: readonly string[] | null, options: CheckOptions): void {
  if (models === null) return;
  for (const model of models) refuseOptions(optionsFor(model, options));
  const { clocks, scope, consistency } = options;
  const all = models.join(', ');
  if (clocks !== undefined && !models.includes('lock'))
    refuseUnless('lock', all, 'bounds of clocks');
  if (scope !== undefined && !models.includes('sessions')) refuseUnless('sessions', all, 'a scope');
  if (consistency !== undefined && !models.some((m) => txnKindOf(m) !== null)) {
    refuseUnless('list-append', all, 'consistency');
  }
}

function refuseInitial(model: string, { initial = null }: CheckOptions): void {
  if (initial === null || typeof initial === 'number') return;
  throw new HarnessError(
    'E_USAGE',
    `the initial state is ${JSON.stringify(initial)}, model ${model} wants a number. Give it one.`,
  );
}

function refuseUnless(wanted: string, model: string, what: string): void {
  if (model === wanted) return;
  throw new HarnessError(
    'E_USAGE',
    `model is "${model}", and ${what} is for ${wanted}. Leave it out, or choose model ${wanted}.`,
  );
}

/** A model of one's own has its name, but none of ours is meant by it. */
function nameOf({ model }: CheckOptions): string {
  return typeof model === 'string' ? model : `${model.name} of a file`;
}

function modelFor({ model, initial = null }: CheckOptions, ops: readonly Op[]): Model {
  if (typeof model === 'string') return modelOf(model, initial, ops);
  return initial === null ? model : ({ ...model, initial } as Model);
}

function linearizable(history: JepsenHistory, options: CheckOptions): CheckReport {
  const { invoked: operations, source } = history;
  const isNullUnknown = options.model === 'multi-register' && source?.isNullUnknown === true;
  const ops = isNullUnknown ? history.ops.map(withoutNulls) : history.ops;
  const model = modelFor(options, ops);
  const { stepsMax, isExplained = true } = options;
  const result = checkLinearizable(ops, model, {
    isExplained,
    ...(stepsMax !== undefined && { stepsMax }),
  });
  const nodes = result.steps;
  if (result.kind === 'violated') {
    const { core = [], sentences = [], position, isShortest = true } = result.report ?? {};
    const prefix = position === undefined ? null : position + 1;
    const shared = { operations, nodes, prefix, isPrefixShortest: isShortest };
    return { verdict: 'violated', ...shared, core, sentences, certificate: null };
  }
  const sentences = result.kind === 'unknown' ? [result.reason] : [];
  const shared = { operations, nodes, core: [], prefix: null, isPrefixShortest: true };
  const certificate = result.kind === 'holds' ? result.certificate : null;
  return { verdict: result.kind, ...shared, sentences, certificate };
}

function transactions(history: TxnTable, level: Level, options: CheckOptions): CheckReport {
  const result = checkTransactions(history, level, options.stepsMax);
  const { table } = result;
  const shared = {
    operations: table.rows,
    nodes: result.steps,
    core: [],
    prefix: null,
    isPrefixShortest: true,
    certificate: null,
  };
  const classes = result.anomalies.map((a) => a.kind).join(', ');
  const all = classes === '' ? [] : [`Anomalies: ${classes}.`];
  if (result.kind === 'unknown') {
    return { verdict: 'unknown', ...shared, sentences: [`${result.reason ?? ''}.`, ...all] };
  }
  const strongest = `The strongest level that holds: ${result.strongest}.`;
  if (result.kind === 'holds') {
    const allowed = result.anomalies.slice(0, 1).flatMap((a) => told(a));
    const sentences = classes === '' ? [] : [...all, ...allowed, strongest];
    const certificate = result.certificate === undefined ? null : { ...result.certificate, table };
    return { verdict: 'holds', ...shared, sentences, certificate };
  }
  if (options.isExplained === false) {
    return { verdict: 'violated', ...shared, sentences: [...all, strongest] };
  }
  if (table !== history) {
    // Another choice of writers may be right for a beginning of it: of the whole none is.
    const [worst] = result.anomalies;
    const core = (worst?.rows ?? []).map((row) => table.op(row));
    const said = worst === undefined ? [] : told(worst);
    const prefix = lastPosition(Txns.all(table)) + 1;
    const sentences = [...all, ...said, strongest];
    return { verdict: 'violated', ...shared, core, prefix, isPrefixShortest: false, sentences };
  }
  const { anomaly, position, isShortest } = shortestPrefix(
    Txns.all(table),
    result.anomalies,
    level,
  );
  return {
    verdict: 'violated',
    ...shared,
    core: anomaly.rows.map((row) => table.op(row)),
    prefix: position + 1,
    isPrefixShortest: isShortest,
    sentences: [...all, ...told(anomaly), strongest],
  };
}

function told({ kind, rows, sentences }: Anomaly): string[] {
  return [`${kind}, of ${rows.length} transaction${rows.length === 1 ? '' : 's'}:`, ...sentences];
}

function levelOf(text: string | undefined): Level | null {
  if (text === undefined) return null;
  const level = levels.find((l) => l === text);
  if (level !== undefined) return level;
  throw new HarnessError(
    'E_USAGE',
    `consistency is "${text}", wanted one of ${levels.join(', ')}. Choose one of these.`,
  );
}
