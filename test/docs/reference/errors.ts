/** `errors.md`: every code, from the table and its comments in `core/errors.ts`. */
import { readFileSync } from 'node:fs';
import { errorCodes } from '../../../harness/core/errors.ts';
import { note, type Page } from './markdown.ts';

export const errorsPage: Page = {
  file: 'errors.md',
  text() {
    const source = readFileSync('harness/core/errors.ts', 'utf8');
    const comments = new Map(
      [...source.matchAll(/^ {2}\/\*\* (.*) \*\/\n {2}(E_\w+): /gm)].map((m) => [
        m[2] ?? '',
        m[1] ?? '',
      ]),
    );
    return [
      '# Errors',
      note,
      'A message says what is wrong, what was got, what was wanted, and what to do next. It begins with its code, which decides the exit code ([all of them](command-line.md#how-a-command-ends)). In code it is a `HarnessError` with `code` and `exitCode`.',
      ...Object.entries(errorCodes).map(
        ([name, exit]) => `## ${name}\n\n${comments.get(name) ?? ''} Exit code ${exit}.`,
      ),
    ].join('\n\n');
  },
};
