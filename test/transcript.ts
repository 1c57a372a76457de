/**
 * Transcripts: tests that can be read. A file is paragraphs parted by blank lines. A paragraph with a
 * line `----` is a check: commands above the line, exactly what they print below. Any other paragraph
 * is prose, the claim. Lines that begin with # are comments.
 *
 * `REWRITE=1 npx mocha …` writes what came out instead; read the diff before you commit it.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Performs one command line and returns what it prints: lines without an empty one, or nothing. */
export type Interpreter = (line: string) => string;

/** One test a file `*.txt` of `folder`; each file gets an interpreter of its own. */
export function transcripts(title: string, folder: URL, open: () => Interpreter): void {
  describe(title, () => {
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.txt')) continue;
      it(name.slice(0, -'.txt'.length), () => {
        const file = new URL(name, folder);
        const text = readFileSync(file, 'utf8');
        const replayed = replay(text, open());
        assert.ok(replayed.includes('\n----'), `${name} checks nothing: it has no line ----`);
        if (process.env['REWRITE'] === '1') writeFileSync(file, replayed);
        else assert.equal(replayed, text);
      });
    }
  });
}

function replay(text: string, interpreter: Interpreter): string {
  const paragraphs = text.trimEnd().split(/\n{2,}/);
  return `${paragraphs.map((p) => (/\n----(\n|$)/.test(p) ? check(p, interpreter) : p)).join('\n\n')}\n`;
}

function check(paragraph: string, interpreter: Interpreter): string {
  const commands = paragraph.slice(0, paragraph.search(/\n----(\n|$)/));
  const printed = commands
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map(interpreter)
    .filter((lines) => lines !== '');
  return [commands, '----', ...printed].join('\n');
}
