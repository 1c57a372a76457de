/** What `antlion check` says about a file: a line for people, a record for programs. */
import type { CheckReport } from '../checkers/check-report.ts';
import { isCompleted, type Op } from '../checkers/operations.ts';
import type { Json } from '../core/host.ts';
import { count, verdictMark } from '../report/terminal.ts';

export interface Checked {
  readonly file: string;
  readonly report: CheckReport;
  /** Of the check alone. */
  readonly elapsedMs: number;
}

/** Verdict, operations, time, name; below it why, when that was asked for. */
export function checkedLines(c: Checked, options: { readonly isExplained: boolean }): string[] {
  const { verdict, operations } = c.report;
  const figures = `${count(operations)} operations`.padStart(22);
  const took = `${c.elapsedMs.toFixed(1)} ms`.padStart(12);
  const line = `${verdictMark(verdict)}${figures}${took}  ${c.file}`;
  if (!options.isExplained) return [line];
  return [line, ...[...c.report.sentences, ...howEarly(c.report)].map((s) => `            ${s}`)];
}

/** The fields that programs may rely on; with `isExplained` the sentences too. */
export function checkedRecord(c: Checked, isExplained: boolean): Json {
  const { verdict, operations, nodes, core, prefix } = c.report;
  const sentences = [...c.report.sentences, ...howEarly(c.report)];
  const elapsedMs = Number(c.elapsedMs.toFixed(3));
  const facts = { verdict, operations, elapsedMs, nodes, core: core.map(coreRecord), prefix };
  return { file: c.file, ...facts, ...(isExplained && { sentences }) };
}

function howEarly({ prefix, isPrefixShortest }: CheckReport): string[] {
  if (prefix === null) return [];
  const rest = isPrefixShortest ? '' : '; whether fewer do was not searched to the end';
  return [`The first ${count(prefix)} events show it${rest}.`];
}

/** `invoked` and `completed` number the events of clients in the file, from 0. */
function coreRecord(op: Op): Json {
  return {
    process: op.process,
    f: op.f,
    ...(op.key !== '' && { key: op.key }),
    value: isCompleted(op) && op.output !== null ? op.output : op.input,
    invoked: op.call,
    completed: isCompleted(op) ? op.ret : null,
  };
}
