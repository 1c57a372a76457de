/** The code of an error as a link to its page, which is in the package: nothing has to be online. */
import { terminalWidth } from '../report/output.ts';

/** Of the compiled file: `dist/harness/cli` is three folders below the package. */
const page = new URL('../../../docs/reference/errors.md', import.meta.url);

/** The message with its code as a link where a terminal can follow one; elsewhere as it is. */
export function linked(message: string): string {
  const isPlain = process.env['NO_COLOR'] !== undefined || process.argv.includes('--no-color');
  return terminalWidth('stderr') === null || isPlain ? message : linkedCode(message, page);
}

/** By OSC 8, which terminals that do not know it pass over. */
export function linkedCode(message: string, to: URL): string {
  return message.replace(/^E_[A-Z_]+(?=:)/, (code) => {
    const place = new URL(`#${code.toLowerCase()}`, to);
    return `\u001b]8;;${place.href}\u001b\\${code}\u001b]8;;\u001b\\`;
  });
}
