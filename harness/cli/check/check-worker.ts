/** The thread of `antlion check`: reads one file at a time, checks it, and tells what it found. */
import { writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { type Certificate, certificateRecord } from '../../checkers/certificate.ts';
import { checkHistory, refuseOptions, txnKindOf } from '../../checkers/check-history.ts';
import type { CheckOptions, CheckReport } from '../../checkers/check-report.ts';
import type { ForeignFormat } from '../../checkers/formats/foreign/foreign.ts';
import type { HistoryFormat } from '../../checkers/formats/forms.ts';
import { type JepsenHistory, readJepsen } from '../../checkers/formats/jepsen.ts';
import { readTransactions } from '../../checkers/formats/transactions.ts';
import { TxnTable } from '../../checkers/transactions/table/table.ts';
import { type ErrorCode, HarnessError } from '../../core/errors.ts';
import { foreignOf, readForeignFile } from '../files/foreign-file.ts';
import { piecesOf } from '../files/pieces.ts';
import { isModelFile, loadModel } from './user-model.ts';

export interface CheckTask {
  readonly file: string;
  readonly format: HistoryFormat | ForeignFormat;
  /** Every value is [key, value]. */
  readonly isIndependent: boolean;
  readonly options: NamedOptions;
  /** Is a core wanted, where there is a violation? */
  readonly isExplained: boolean;
  /** Where what `holds` rests on is written to; null: nowhere. */
  readonly certificate: string | null;
}

/** A model of one's own is named by its path: functions do not go from thread to thread. */
export type NamedOptions = CheckOptions & { readonly model: string };

export type CheckNews =
  /** All is loaded: tasks are answered from now on. Told once, first of all. */
  | { readonly kind: 'ready' }
  /** The file is read; its check begins. */
  | { readonly kind: 'begun'; readonly operations: number }
  /** It is violated; why is looked for. */
  | { readonly kind: 'judged'; readonly report: CheckReport; readonly elapsedMs: number }
  | { readonly kind: 'done'; readonly report: CheckReport; readonly elapsedMs: number }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };

const port = parentPort;
port?.on('message', (task: CheckTask) => {
  void answer(task);
});

tell({ kind: 'ready' });

async function answer(task: CheckTask): Promise<void> {
  const { model } = task.options;
  const isOwn = isModelFile(model);
  const options = { ...task.options, isIndependent: task.isIndependent };
  try {
    check(task, isOwn ? { ...options, model: await loadModel(model) } : options);
  } catch (error) {
    const refusal = isOwn && !(error instanceof HarnessError) ? thrownBy(model, error) : error;
    if (!(refusal instanceof HarnessError)) throw refusal;
    // An error loses its class between threads.
    tell({ kind: 'refused', code: refusal.code, message: refusal.message });
  }
}

function check(task: CheckTask, options: CheckOptions): void {
  // Before a long file is read for nothing.
  refuseOptions(options);
  const history = read(task);
  const operations = history instanceof TxnTable ? history.rows : history.invoked;
  tell({ kind: 'begun', operations });
  const start = performance.now();
  const verdict = checkHistory(history, { ...options, isExplained: false });
  const elapsedMs = performance.now() - start;
  // Why it is violated is a second question, which costs further checks: it has no clock.
  const isAsked = task.isExplained && verdict.verdict === 'violated';
  if (isAsked) tell({ kind: 'judged', report: { ...verdict, certificate: null }, elapsedMs });
  const report = isAsked ? checkHistory(history, options) : verdict;
  if (task.certificate !== null && report.certificate !== null) {
    write(task.certificate, report.certificate);
  }
  // It may be as long as the history, and is told in the file alone.
  tell({ kind: 'done', report: { ...report, certificate: null }, elapsedMs });
}

function write(path: string, certificate: Certificate): void {
  try {
    writeFileSync(path, `${JSON.stringify(certificateRecord(certificate))}\n`);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new HarnessError(
      'E_USAGE',
      `--certificate is ${path}, which cannot be written (${code}). Pass the path of a new file.`,
    );
  }
}

function thrownBy(model: string, error: unknown): HarnessError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new HarnessError(
    'E_USAGE',
    `model ${model} threw ${text}\nA model answers every operation of the history with a state or with illegal. Mend it.`,
  );
}

function tell(news: CheckNews): void {
  port?.postMessage(news);
}

function read(task: CheckTask): JepsenHistory | TxnTable {
  const { file, isIndependent } = task;
  const name = file === '-' ? 'standard input' : file;
  const foreign = foreignOf(task.format);
  if (foreign !== null) return readForeignFile(foreign, file, name);
  // Not the text that came from the other thread: once it has been the name of a property, optimised
  // code of Node 20 takes it, now and then, for another than the literal it is compared with.
  const format = task.format === 'edn' ? 'edn' : 'jsonl';
  const kind = txnKindOf(task.options.model);
  if (kind === null) return readJepsen(piecesOf(file), format, name, isIndependent);
  return readTransactions(piecesOf(file), kind, format, name, isIndependent);
}
