/**
 * `--artifacts FOLDER`: for each run that is not green a folder of its own, called by scenario and seed,
 * with all that is known of it. What a build uploads is found under the same name in the next one.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from '../../core/environment.ts';
import type { Program } from '../../core/program.ts';
import { hostName } from '../../realtime/link-names.ts';
import type { ScenarioRun } from '../../runner/run-scenario.ts';
import { violationLines } from '../../report/terminal.ts';
import { openHistoryFolder, writeHistory } from '../files/history-file.ts';
import { writePage } from '../files/page-file.ts';
import { viewsOf } from '../report/report-book.ts';
import type { JudgedGround } from '../report/report-book.ts';
import type { RunReport } from './run-once.ts';
import { orFolderError, writeWhole } from '../files/whole-file.ts';

export class Artifacts {
  private readonly folder: string;

  /** Throws E_FOLDER when nothing can be written there. */
  constructor(folder: string) {
    this.folder = folder;
    openHistoryFolder(folder);
  }

  /** A run that holds, and left nothing behind, has no place here; what an older one left is removed. */
  async add(g: JudgedGround, report: RunReport, result: ScenarioRun | null): Promise<void> {
    const place = join(this.folder, `${report.scenario}-seed${report.seed}`);
    const what = `artifacts cannot be written to ${place}`;
    const guarded = (work: () => void): void =>
      orFolderError(what, 'a folder of yours. Pass --artifacts with another.', work);
    guarded(() => rmSync(place, { recursive: true, force: true }));
    if (report.verdict === 'holds' && report.leftovers.length === 0) return;
    guarded(() => {
      if (!existsSync(place)) mkdirSync(place);
      for (const [name, text] of filesOf(report, result)) writeWhole(join(place, name), text);
    });
    if (result === null) return;
    const { run, program, judgement } = result;
    guarded(() => writeLogs(place, run, program));
    writeHistory(place, 'history', run.history, {
      system: g.system.name,
      environment: report.environment,
      seed: report.seed,
      program,
      isComplete: true,
      verdicts: Object.fromEntries(judgement.verdicts.map((v) => [v.invariant, v.kind])),
    });
    const views = await viewsOf(g, report, result);
    writePage(join(place, 'report.html'), {
      title: `${report.scenario}, seed ${report.seed}`,
      suite: null,
      runs: [views.run],
      besides: views.beside === null ? [] : [views.beside],
    });
  }
}

/** `place/logs/NODE.log`, of nodes that wrote any. Throws what the file system throws. */
export function writeLogs(place: string, { logs = [] }: Run, { shape }: Program): void {
  const all = logs.flatMap((lines, node) => {
    return lines.length === 0 ? [] : [[hostName(shape, node), lines] as const];
  });
  if (all.length > 0) mkdirSync(join(place, 'logs'));
  for (const [name, lines] of all) {
    // A member is called what its user calls it.
    const file = `${name.replaceAll(/[^\w.-]/g, '_')}.log`;
    writeWhole(join(place, 'logs', file), `${lines.join('\n')}\n`);
  }
}

function filesOf(
  { story, elapsedMs: _, ...report }: RunReport,
  result: ScenarioRun | null,
): (readonly [name: string, text: string])[] {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return [
    ['verdict.json', json(report)],
    ...(result === null ? [] : [['program.json', json(result.program)] as const]),
    ...(story === null
      ? []
      : [
          ['story.txt', `${violationLines(story).join('\n').trim()}\n`] as const,
          // For antlion replay FILE.
          ['token.txt', `${story.token}\n`] as const,
        ]),
  ];
}
