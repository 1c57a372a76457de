/** Text in lines that fit the terminal. */
import { terminalWidth } from './output.ts';

/** A file or a log is searched by lines: there nothing is wrapped. */
const columnsLog = Infinity;
/** Narrower than this nothing can be read anyway. */
const columnsMin = 30;

/**
 * `text` in lines of at most `columns` (the terminal's width), each indented by `indent`, those after the first
 * by `hanging`. Words that are longer stay whole: tokens and paths are copied.
 */
export function wrap(
  text: string,
  indent: number,
  hanging = indent,
  columns = terminalWidth('stdout') ?? columnsLog,
): string[] {
  const width = Math.max(columnsMin, columns);
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isEmpty = true;
  for (const part of text.split(/(?<=\S)(?= )/)) {
    const word = isEmpty ? part.replace(/^ (?=\S)/, '') : part;
    if (!isEmpty && line.length + word.length > width) {
      lines.push(line);
      line = ' '.repeat(hanging) + word.trimStart();
    } else line += word;
    isEmpty = false;
  }
  return [...lines, line];
}
