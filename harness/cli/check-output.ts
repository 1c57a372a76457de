/** What `antlion check` says about a file: a line for people, a record for programs. */
import type { CheckReport } from '../checkers/check-report.ts';
import { isCompleted, type Op } from '../checkers/operations.ts';
import type { RecordOf } from '../report/records.ts';
import { count, verdictMark } from '../report/terminal.ts';

export interface Checked {
  readonly file: string;
  readonly report: CheckReport;
  /** Of the check alone. */
  readonly elapsedMs: number;
}

/** Verdict, operations, time, name; below it why, when that was asked for or nothing was decided. */
export function checkedLines(c: Checked, options: { readonly isExplained: boolean }): string[] {
  const { verdict, operations } = c.report;
  const figures = `${count(operations)} operations`.padStart(22);
  const took = `${c.elapsedMs.toFixed(1)} ms`.padStart(12);
  const line = `${verdictMark(verdict)}${figures}${took}  ${c.file}`;
  if (!options.isExplained && verdict !== 'unknown') return [line];
  return [line, ...[...c.report.sentences, ...howEarly(c.report)].map((s) => `            ${s}`)];
}

/** The fields that programs may rely on; with `isExplained`, or of an unknown, the sentences too. */
export function checkedRecord(c: Checked, isExplained: boolean): RecordOf<'check'> {
  const { verdict, operations, nodes, core, prefix } = c.report;
  const sentences = [...c.report.sentences, ...howEarly(c.report)];
  const elapsedMs = Number(c.elapsedMs.toFixed(3));
  const facts = { verdict, operations, nodes, core: core.map(coreRecord), prefix, elapsedMs };
  return { file: c.file, ...facts, ...((isExplained || verdict === 'unknown') && { sentences }) };
}

function howEarly({ prefix, isPrefixShortest }: CheckReport): string[] {
  if (prefix === null) return [];
  const rest = isPrefixShortest ? '' : '; whether fewer do was not searched to the end';
  return [`The first ${count(prefix)} events show it${rest}.`];
}

type CoreValue = RecordOf<'check'>['core'][number]['value'];

/** `invoked` and `completed` number the events of clients in the file, from 0. */
function coreRecord(op: Op): RecordOf<'check'>['core'][number] {
  return {
    process: op.process,
    f: op.f,
    ...(op.key !== '' && { key: op.key }),
    // Read-only values are JSON all the same.
    value: (isCompleted(op) && op.output !== null ? op.output : op.input) as CoreValue,
    invoked: op.call,
    completed: isCompleted(op) ? op.ret : null,
  };
}
