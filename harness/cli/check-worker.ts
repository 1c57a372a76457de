/** The thread of `antlion check`: reads one file at a time, checks it, and tells what it found. */
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { checkHistory, type CheckOptions, type CheckReport } from '../checkers/check-history.ts';
import { type HistoryFormat, readJepsen } from '../checkers/formats/jepsen.ts';
import { type ErrorCode, HarnessError } from '../core/errors.ts';

export interface CheckTask {
  readonly file: string;
  readonly format: HistoryFormat;
  readonly options: CheckOptions;
  /** Is a core wanted, where there is a violation? */
  readonly isExplained: boolean;
}

export type CheckNews =
  /** The file is read; its check begins. */
  | { readonly kind: 'begun'; readonly operations: number }
  | { readonly kind: 'done'; readonly report: CheckReport; readonly elapsedMs: number }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string };

const port = parentPort;
port?.on('message', (task: CheckTask) => {
  try {
    const history = readJepsen(read(task.file), task.format, task.file);
    tell({ kind: 'begun', operations: history.invoked });
    const start = performance.now();
    const verdict = checkHistory(history, { ...task.options, isExplained: false });
    const elapsedMs = performance.now() - start;
    // Why it is violated is a second question, which costs further checks: it has no clock.
    const isAsked = task.isExplained && verdict.verdict === 'violated';
    const report = isAsked ? checkHistory(history, task.options) : verdict;
    tell({ kind: 'done', report, elapsedMs });
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    // An error loses its class between threads.
    tell({ kind: 'refused', code: error.code, message: error.message });
  }
});

function tell(news: CheckNews): void {
  port?.postMessage(news);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = 'too long' } = error as NodeJS.ErrnoException;
    throw new HarnessError(
      'E_HISTORY',
      `${file} cannot be read (${code}), wanted a file of operations. Pass the path of one.`,
    );
  }
}
