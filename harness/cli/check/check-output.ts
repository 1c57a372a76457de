/** What `antlion check` says about a file: a line for people, a record for programs. */
import type { CheckReport, PartReport } from '../../checkers/check-report.ts';
import { isCompleted, type Op } from '../../checkers/operations.ts';
import type { Figures } from '../../checkers/tallies/tally.ts';
import type { Json } from '../../core/host.ts';
import type { RecordOf } from '../../report/records.ts';
import { count, verdictMark } from '../../report/terminal.ts';

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
  const { parts } = c.report;
  if (parts !== undefined) return [line, ...parts.flatMap((p) => partLines(p, options))];
  if (!options.isExplained && verdict !== 'unknown') return [line];
  const counted = options.isExplained ? figuresLines(c.report.figures ?? {}) : [];
  const why = [...c.report.sentences, ...howEarly(c.report), ...counted];
  return [line, ...why.map((s) => `            ${s}`)];
}

/** Each part is named, whatever it says. */
function partLines(part: PartReport, { isExplained }: { readonly isExplained: boolean }): string[] {
  const line = `            ${verdictMark(part.verdict)}  ${part.model}`;
  if (!isExplained && part.verdict !== 'unknown') return [line];
  const counted = isExplained ? figuresLines(part.figures ?? {}) : [];
  return [line, ...[...part.sentences, ...counted].map((s) => `                ${s}`)];
}

/** Numbers, and quantiles; lists of elements and windows are for programs. */
function figuresLines(figures: Figures): string[] {
  const numbers = Object.entries(figures).filter(([, v]) => typeof v === 'number');
  const quantiles = Object.entries(figures).filter(([name]) => name.endsWith('LatencyMs'));
  const listOf = (some: readonly (readonly [string, Json])[]): string =>
    some.map(([name, value]) => `${name} ${String(value)}`).join(', ');
  return [
    ...(numbers.length === 0 ? [] : [listOf(numbers)]),
    ...quantiles.map(([name, of]) => `${name}: ${listOf(Object.entries(of as Figures))}`),
  ];
}

/** The fields that programs may rely on; with `isExplained`, or of an unknown, the sentences too. */
export function checkedRecord(c: Checked, isExplained: boolean): RecordOf<'check'> {
  const { verdict, operations, nodes, core, prefix } = c.report;
  const sentences = [...c.report.sentences, ...howEarly(c.report)];
  const elapsedMs = Number(c.elapsedMs.toFixed(3));
  const facts = { verdict, operations, nodes, core: core.map(coreRecord), prefix, elapsedMs };
  const { figures, parts } = c.report;
  return {
    file: c.file,
    ...facts,
    ...(figures !== undefined && { figures: figures as Writable }),
    ...(parts !== undefined && { parts: parts.map(partRecord) }),
    ...((isExplained || verdict === 'unknown') && { sentences }),
  };
}

function howEarly({ prefix, isPrefixShortest }: CheckReport): string[] {
  if (prefix === null) return [];
  const rest = isPrefixShortest ? '' : '; whether fewer do was not searched to the end';
  return [`The first ${count(prefix)} events show it${rest}.`];
}

type PartRecord = NonNullable<RecordOf<'check'>['parts']>[number];
/** Read-only values are JSON all the same. */
type Writable = NonNullable<RecordOf<'check'>['figures']>;

function partRecord({ model, verdict, sentences, figures }: PartReport): PartRecord {
  const facts = { model, verdict, sentences: [...sentences] };
  return { ...facts, ...(figures !== undefined && { figures: figures as Writable }) };
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
