/** Writes one record of `--json`; see `records.ts` for what there is. */
import { sayJson } from './output.ts';
import type { RecordOf, RecordType } from './records.ts';

/** The version of `records.ts`, which is loaded by tests alone. */
const schemaVersion = 1;

export function sayRecord<T extends RecordType>(type: T, record: RecordOf<T>): void {
  sayJson({ schemaVersion, type, ...record });
}
