/** The forms of a file, in JSON or EDN, as values. */
import type { Json } from '../../core/host.ts';
import { readEdn } from './edn.ts';
import type { HistoryFormat } from './forms.ts';
import { clip, malformed } from './malformed.ts';
import { parseExactly } from './numbers.ts';
import { eachRecord } from './records.ts';

/** Calls `take` with each value and the line on which it began. Throws E_HISTORY. */
export function eachForm(
  pieces: Iterable<Uint8Array>,
  format: HistoryFormat,
  file: string,
  take: (value: Json, line: number) => void,
): void {
  const decoder = new TextDecoder();
  eachRecord(pieces, format, file, (bytes, from, to, line) => {
    formsOf(decoder.decode(bytes.subarray(from, to)), line, format, file, take);
  });
}

/** A record holds one form; of EDN there may be none when all of it is to be discarded. */
export function formsOf(
  text: string,
  line: number,
  format: HistoryFormat,
  file: string,
  take: (value: Json, line: number) => void,
): void {
  if (format === 'edn') for (const form of readEdn(text, line, file)) take(form.value, form.line);
  else if (text.trim() !== '') take(parseJson(text, line, file), line);
}

function parseJson(text: string, line: number, file: string): Json {
  try {
    return parseExactly(text);
  } catch {
    return malformed(
      file,
      line,
      `got ${clip(text)}, wanted one JSON object a line, or one array of them`,
    );
  }
}
