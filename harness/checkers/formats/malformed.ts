/** What is said about a line that is not what it should be. */
import { HarnessError } from '../../core/errors.ts';

/** Throws E_HISTORY. */
export function malformed(file: string, line: number, what: string): never {
  throw new HarnessError('E_HISTORY', `${file}:${line}: ${what}. Mend that line.`);
}

/** A text as it stands in messages. */
export function clip(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}…`;
}
