/** What a replay showed, as a page. */
import type { Run } from '../../core/environment.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { System } from '../../core/system.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { ReplayRecord } from '../../runner/replay-record.ts';
import type { OpenEnvironment } from '../environments.ts';
import { writePage } from '../files/page-file.ts';
import { violationViews } from './violation-views.ts';

export interface ReplayPage {
  readonly path: string;
  readonly record: ReplayRecord;
  readonly system: System;
  readonly invariant: Invariant;
  readonly environment: OpenEnvironment;
  /** The try that is shown. */
  readonly run: Run;
  readonly verdict: Verdict;
  readonly note: string;
  /** What `antlion replay` takes to show it again. */
  readonly argument: string;
  readonly signal: AbortSignal;
}

/** Throws E_FOLDER. */
export async function writeReplayPage(p: ReplayPage): Promise<void> {
  const { record, invariant, run, verdict } = p;
  const { program } = record;
  const { mutant } = program.settings;
  const about = [
    `replay in ${p.environment.name}`,
    `system ${p.system.name}`,
    ...(mutant === null ? [] : [`mutant ${mutant}`]),
  ].join(', ');
  const views = await violationViews(
    { ...p, id: program.scenario, about, claim: null, again: `antlion replay ${p.argument}` },
    run,
    verdict,
  );
  writePage(p.path, {
    title: `${program.scenario}: ${invariant.id}`,
    suite: null,
    runs: [views.run],
    besides: views.beside === null ? [] : [views.beside],
  });
}
