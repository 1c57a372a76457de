/** Records as lines: those of `--json`, and those of a file. See `records.ts` for what there is. */
import { sayJson } from './output.ts';
import type { RecordOf, RecordType } from './records.ts';
import type { Reporter, Said } from './reporter.ts';

/** The version of `records.ts`, which `merge` and tests alone load. */
const schemaVersion = 1;

export function sayRecord<T extends RecordType>(type: T, record: RecordOf<T>): void {
  sayJson({ schemaVersion, type, ...record });
}

/** `--json`: what `merge` needs besides goes to files alone. */
export class JsonLines implements Reporter {
  record(said: Said): void {
    if (said.type !== 'plan' && said.type !== 'part') sayJson({ schemaVersion, ...said });
  }
}

/** `--reporter json=FILE`: every record but what the clock said, so that equal runs are equal files. */
export class JsonFile implements Reporter {
  private readonly lines: string[] = [];
  private readonly write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.write = write;
  }

  record(said: Said): void {
    const { elapsedMs: _, ...lasting } = said as Said & { readonly elapsedMs?: number };
    this.lines.push(`${JSON.stringify({ schemaVersion, ...lasting })}\n`);
  }

  end(): void {
    this.write(this.lines.join(''));
  }
}
