/**
 * What of the reference node no story executes: a bug there is noticed by nobody, whatever the promises say.
 * By V8's own counts of blocks, so that no text is changed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { SourceMap } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from '../../harness/core/scenario.ts';
import { isMachine } from './mutations/mutations.ts';
import { runSeed } from './runs.ts';

const built = fileURLToPath(new URL('../../', import.meta.url));

/** A part of the text that was never executed. */
export interface Block {
  /** From the top of the project. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface Unreached {
  readonly blocks: readonly Block[];
  /** Of the text of all machines, the share that was executed, thousandths. */
  readonly reachedPermille: number;
}

/** Runs the correct node in each story, under the seeds 1 to `seeds`. */
export async function unreached(stories: readonly Scenario[], seeds: number): Promise<Unreached> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  for (const story of stories) {
    for (let seed = 1; seed <= seeds; seed++) runSeed(story, seed, null);
  }
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const blocks: Block[] = [];
  let [all, dark] = [0, 0];
  for (const { url, functions } of result) {
    const file = url.startsWith('file:') ? relative(built, fileURLToPath(url)) : '';
    if (!file.startsWith('reference-impl/') || !isMachine(file.replace(/js$/, 'ts'))) continue;
    const text = readFileSync(built + file, 'utf8');
    const parts = outermost(functions.flatMap((f) => f.ranges).filter((r) => r.count === 0));
    all += text.length;
    for (const { startOffset, endOffset } of parts) {
      dark += endOffset - startOffset;
      blocks.push(blockOf(file, text, startOffset, endOffset));
    }
  }
  return { blocks, reachedPermille: Math.floor((1_000 * (all - dark)) / Math.max(1, all)) };
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
}

/** Those that lie in no other one, in order. */
export function outermost<R extends Range>(ranges: readonly R[]): readonly R[] {
  const sorted = ranges.toSorted(
    (a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset,
  );
  let endOffset = -1;
  return sorted.filter((r) => {
    if (r.endOffset <= endOffset) return false;
    endOffset = r.endOffset;
    return true;
  });
}

function blockOf(file: string, text: string, from: number, to: number): Block {
  const before = text.slice(0, from).split('\n');
  const said = text.slice(from, to).replace(/\s+/g, ' ').trim();
  const { line, source } = originOf(file, before.length - 1, (before.at(-1) ?? '').length);
  return { file: source, line, text: said.slice(0, 120) };
}

/** Where that is in the source, by the map beside the compiled file. */
function originOf(file: string, line: number, column: number): { line: number; source: string } {
  const source = file.replace(/js$/, 'ts');
  const map = `${built}${file}.map`;
  if (!existsSync(map)) return { line: line + 1, source };
  const entry = new SourceMap(JSON.parse(readFileSync(map, 'utf8'))).findEntry(line, column);
  return { line: ('originalLine' in entry ? entry.originalLine : line) + 1, source };
}
