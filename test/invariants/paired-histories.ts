/** Histories that a promise must accept (`ID-ok`) or reject (`ID-bad`, `ID-WHY-bad`), as they lie in the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { History, HistoryEvent } from '../../harness/core/history.ts';
import type { Program } from '../../harness/core/program.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';

/** By name, the path from the top of the project: with all others, or in the folder of its mechanism. */
export const historyFiles: ReadonlyMap<string, string> = new Map(
  ['fixtures/histories', ...mechanisms.map((m) => `reference-impl/${m.id}/histories`)]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder).map((file): [string, string] => [
        file.replace(/\.jsonl$/, ''),
        `${folder}/${file}`,
      ]),
    ),
);

export interface Recorded {
  readonly history: History;
  readonly program: Program;
}

/** The first line holds the program and the run's times, each other line one event. */
export function recordedHistory(name: string): Recorded {
  const [head, ...lines] = readFileSync(historyFiles.get(name) ?? name, 'utf8')
    .trimEnd()
    .split('\n');
  const { program, readyUs, endUs } = JSON.parse(head ?? '') as {
    program: Program;
    readyUs: number;
    endUs: number;
  };
  const events = lines.map((line) => JSON.parse(line) as HistoryEvent);
  return { history: { events, readyUs, endUs }, program };
}

/** The promise that a history is about: the longest of `ids` with which its name begins. */
export function promiseOf(name: string, ids: readonly string[]): string | undefined {
  return ids
    .filter((id) => name.startsWith(`${id}-`))
    .sort((a, b) => b.length - a.length)
    .at(0);
}
