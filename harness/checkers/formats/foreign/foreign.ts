/** Histories in the formats of other tools. */
import { OperationCollector, type JepsenHistory } from '../jepsen.ts';
import { historyOfCalls } from './calls.ts';
import { readDbcop } from './dbcop.ts';
import { EtcdReport } from './etcd-report.ts';
import { readOtlp } from './otlp.ts';
import { readPorcupineLog } from './porcupine-log.ts';

export const foreignFormats = ['otlp', 'etcd-report', 'porcupine-log', 'dbcop'] as const;

export type ForeignFormat = (typeof foreignFormats)[number];

/** A file in pieces, or several that are one history. */
export interface ForeignFile {
  readonly file: string;
  readonly pieces: Iterable<Uint8Array>;
}

/** Throws E_HISTORY with file and line, or byte. */
export function readForeign(
  format: ForeignFormat,
  files: readonly ForeignFile[],
  name: string,
): JepsenHistory {
  if (format === 'otlp') {
    return historyOfCalls(
      files.flatMap(({ file, pieces }) => readOtlp(pieces, file)),
      name,
    );
  }
  if (format === 'etcd-report') {
    const report = new EtcdReport();
    for (const { file, pieces } of files) report.read(pieces, file);
    const { calls, notes } = report.calls();
    return historyOfCalls(calls, name, notes);
  }
  const [first] = files;
  if (format === 'dbcop' && first !== undefined) return readDbcop(first.pieces, first.file);
  const collector = new OperationCollector('jsonl', name);
  for (const { file, pieces } of files) readPorcupineLog(pieces, file, (e) => collector.take(e));
  return collector.history();
}
