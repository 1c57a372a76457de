/** `antlion replay`: a counterexample again, here or in another environment. */
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Run } from '../../core/environment.ts';
import { HarnessError, exitCodes } from '../../core/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { System } from '../../core/system.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines, warn } from '../../report/output.ts';
import { Progress } from '../../report/progress.ts';
import { type ViolationStory, violationLines } from '../../report/terminal.ts';
import { fileOf, readRecord } from '../../runner/replay-record.ts';
import type { ReplayRecord } from '../../runner/replay-record.ts';
import { promisesFor } from '../../runner/run-scenario.ts';
import { verdictOf } from '../../runner/judge.ts';
import { stepsOf } from '../../runner/narrate.ts';
import { encodeToken } from '../../runner/token.ts';
import { buildDigest } from '../build.ts';
import type { ReplayFlags } from '../commands.ts';
import { causeLines } from './cause-lines.ts';
import { environmentOf, openEnvironment } from '../environments.ts';
import type { OpenEnvironment } from '../environments.ts';
import { openHistoryFolder, writeHistory } from '../files/history-file.ts';
import { withInterrupt } from '../interrupt.ts';
import { watchRun } from '../live/watch-run.ts';
import { recordedRun } from './recorded-run.ts';
import { answersOf, questionsOf } from './replay-questions.ts';
import type { ReplayQuestions } from './replay-questions.ts';
import { openPagePath } from '../files/page-file.ts';
import { writeReplayPage } from './replay-page.ts';
import { openReplay } from './replay-source.ts';
import { counterexampleOf } from '../run/run-output.ts';
import { launched } from '../../attached/launched.ts';
import { diskChoices } from '../../attached/disk-choice.ts';
import { networkChoices } from '../../attached/network.ts';
import { quoted } from '../products/system-flags.ts';
import { foreignSystem } from '../products/systems.ts';
import { trophySystem } from './trophy.ts';
import { whyLines } from './why-lines.ts';
import { openWorkspace } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';

/** A run in real time that would take longer than this is refused: it was drawn for virtual time. */
const realDurationUsMax = 120_000_000;
const realTries = 10;

/** `source` is a token, a file, or `-` for what is piped in. Gives the exit code. */
export function replayCommand(source: string, flags: ReplayFlags): Promise<number> {
  return withInterrupt(({ signal }) => replayAll(source, flags, signal));
}

async function replayAll(source: string, flags: ReplayFlags, signal: AbortSignal): Promise<number> {
  const questions = questionsOf(flags);
  if (flags.history !== undefined) openHistoryFolder(flags.history);
  if (flags.report !== undefined) openPagePath(flags.report);
  const unread = await openReplay(source);
  const paths = pathsOf(fileOf(unread));
  const workspace = await openWorkspace({ config: flags.config, paths });
  // Only now: its faults may be of kinds that these files define.
  const record = readRecord(unread);
  const { system, environment } = await targetOf(record, flags, workspace, signal);
  if (environment.time === 'real') requireShort(record, environment.name);
  sayBuild(record);
  const tries = flags.times ?? (environment.time === 'virtual' ? 1 : realTries);
  const from = flags.system === undefined ? '' : ` --system ${quoted(flags.system)}`;
  const argument = `${source === '-' ? encodeToken(record) : source}${from}`;
  return replayRecord(record, {
    system,
    own: workspace.own,
    environment,
    tries,
    argument,
    signal,
    isJson: flags.json,
    historyFolder: flags.history,
    page: flags.report,
    questions,
    isCauseAsked: flags.cause === true,
    isWhyAsked: flags.why === true,
    say: sayLines,
  });
}

/** Whose token it is must not choose what is loaded: only what lies in the current folder is. */
export function pathsOf(from: string | null): readonly string[] {
  if (from === null) return [];
  const isInside = !isAbsolute(from) && !from.split(/[/\\]/).includes('..');
  if (isInside && existsSync(from)) return [from];
  throw new HarnessError(
    'E_TOKEN',
    `the counterexample was found by ${from}, which is not in this folder. Replay it where it was found, or name the file in antlion.config.ts: scenarios.`,
  );
}

/** Where the record's system runs again. A foreign one runs in members of our own. */
async function targetOf(
  record: ReplayRecord,
  flags: ReplayFlags,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<{ readonly system: System; readonly environment: OpenEnvironment }> {
  const system = workspace.systemNamed(record.system) ?? (await trophySystem(record.system));
  if (system !== null && flags.system === undefined) {
    const asked = await openEnvironment(flags.env, { signal });
    const environment = environmentOf(system, asked);
    if (environment !== null) return { system, environment };
    throw new HarnessError(
      'E_USAGE',
      `${system.name} runs in simulation alone, got --env ${flags.env}. Leave --env out.`,
    );
  }
  const open = await foreignSystem(record, flags.system);
  const { shape, settings } = record.program;
  const members = shape.nodes.length;
  // As it was asked for when it was found.
  const network = networkChoices.find((choice) => choice === settings.extra['network']) ?? 'auto';
  const disk = diskChoices.find((choice) => choice === settings.extra['disk']) ?? 'auto';
  const environment = launched({ plan: open.plan, members, network, disk, signal });
  return { system: open.system, environment };
}

export interface ReplayOptions {
  readonly system: System;
  /** Promises besides those that the system makes. */
  readonly own?: readonly Invariant[];
  readonly environment: OpenEnvironment;
  readonly tries: number;
  /** What `antlion replay` takes to show it again. */
  readonly argument: string;
  readonly signal: AbortSignal;
  /** One object instead of lines. */
  readonly isJson?: boolean;
  /** Where the history of the last try is kept. */
  readonly historyFolder?: string | undefined;
  /** The file that shows the last try as a page. */
  readonly page?: string | undefined;
  /** What is asked of the last try, in place of its story. */
  readonly questions?: ReplayQuestions | null;
  /** Of a violation: also from which moment on it was likely. */
  readonly isCauseAsked?: boolean;
  /** Of a violation: also which fault mattered, and what to change. */
  readonly isWhyAsked?: boolean;
  readonly say: (lines: readonly string[]) => void;
}

/** Tries until the promise is broken again, and prints what was seen; gives the exit code. */
export async function replayRecord(record: ReplayRecord, o: ReplayOptions): Promise<number> {
  const invariant = promisesFor(o.system, [record.invariant], o.own).invariants[0];
  if (invariant === undefined) {
    throw new HarnessError(
      'E_TOKEN',
      `the token breaks "${record.invariant}", which ${o.system.name} does not promise. Name a promise of your own in antlion.config.ts: promises; otherwise replay it with the antlion that printed it.`,
    );
  }
  const replay = new Replay(o, invariant, record);
  while (replay.tries < o.tries && !o.signal.aborted) {
    if (!(await replay.once())) continue;
    replay.tell('violated', await replay.why());
    await replay.page();
    return exitCodes.violated;
  }
  replay.tell('unknown');
  await replay.page();
  return replay.leftovers.size > 0 ? exitCodes.leftovers : exitCodes.unknown;
}

/** Tries of one counterexample, and what they left behind. */
class Replay {
  tries = 0;
  readonly leftovers = new Set<string>();
  private readonly remarks = new Set<string>();
  private readonly progress = new Progress();
  private readonly o: ReplayOptions;
  private readonly invariant: Invariant;
  private readonly record: ReplayRecord;
  private last: Run | null = null;

  constructor(options: ReplayOptions, invariant: Invariant, record: ReplayRecord) {
    this.o = options;
    this.invariant = invariant;
    // What runs is what is judged and told: members may have other names here.
    const { program } = options.environment.fit?.(record.program) ?? record;
    this.record = { ...record, program };
  }

  /** Runs it once more; true when the promise was broken again. */
  async once(): Promise<boolean> {
    const { invariant, record, progress } = this;
    const { environment, system } = this.o;
    this.tries += 1;
    const which = `${record.program.scenario}, try ${this.tries} of ${this.o.tries}`;
    progress.update(`${which} in ${environment.name}`);
    const isSame = environment.time === 'virtual';
    const run = await environment.run(system, record.program, {
      monitors: [invariant],
      ...(isSame && { pins: record.pins }),
      ...(!isSame && {
        onEvent: watchRun({ progress, title: which }, environment, system, record.program),
      }),
    });
    progress.end();
    this.last = run;
    for (const l of run.leftovers) this.leftovers.add(l);
    for (const s of run.skippedFaults) this.remarks.add(`skipped: ${s.what}: ${s.reason}`);
    if (run.limitReached !== undefined)
      this.remarks.add(`ended early at its limit ${run.limitReached}`);
    const verdict = verdictOf(invariant, run.history, record.program);
    if (verdict.kind === 'unknown') this.remarks.add(`${verdict.invariant}: ${verdict.reason}`);
    return verdict.kind === 'violated';
  }

  /** Prints what the last try showed; of several that showed nothing, that. */
  tell(verdict: 'violated' | 'unknown', why: readonly string[] = []): void {
    const history = this.keepHistory(verdict);
    const story = verdict === 'violated' ? this.story() : null;
    if (this.o.isJson !== true) {
      const lines = story === null ? this.nothing() : violationLines(story);
      const cause = verdict === 'violated' ? this.cause() : [];
      this.o.say([...(this.answers() ?? lines), ...cause, ...why, ...this.rest(history)]);
      return;
    }
    sayRecord('replay', {
      scenario: this.record.program.scenario,
      environment: this.o.environment.name,
      promise: this.invariant.id,
      verdict,
      tries: this.tries,
      isSameTrace: this.isSameTrace,
      counterexample: story === null ? null : counterexampleOf(story),
      remarks: [...this.remarks],
      leftovers: [...this.leftovers],
      history,
    });
  }

  /** Writes the page of the last try, if one was asked for. */
  async page(): Promise<void> {
    const { record, invariant, last } = this;
    const { page: path, isJson, say } = this.o;
    if (path === undefined || last === null) return;
    const what = { ...this.o, path, record, invariant, run: last, note: this.note };
    await writeReplayPage(what);
    if (isJson !== true) say([`  report: ${path}`]);
  }

  /** Nothing unless it is asked for, and only of a violation. */
  async why(): Promise<string[]> {
    const { invariant, last: run, o } = this;
    const { program } = this.record;
    if (o.isWhyAsked !== true || run === null) return [];
    const verdict = verdictOf(invariant, run.history, program);
    return verdict.kind === 'violated' ? whyLines({ ...o, program, invariant, run, verdict }) : [];
  }

  private cause(): string[] {
    const { record, invariant, last } = this;
    const { system, environment, isCauseAsked } = this.o;
    if (isCauseAsked !== true || last === null) return [];
    const verdict = verdictOf(invariant, last.history, record.program);
    if (verdict.kind !== 'violated') return [];
    const { atUs } = verdict.explanation;
    return causeLines(system, environment, invariant, record, last, atUs);
  }

  /** Null: nothing is asked. */
  private answers(): string[] | null {
    const { record, invariant, last } = this;
    const { questions = null, system, environment } = this.o;
    if (questions === null || last === null) return null;
    const recorder = recordedRun(system, environment, record, [invariant], last);
    const facets = system.facets ?? [];
    return answersOf(questions, { program: record.program, run: last, facets, recorder });
  }

  private get note(): string {
    const { isSameTrace } = this;
    const trace = isSameTrace === null ? '' : isSameTrace ? ', same trace' : ', another trace';
    return `try ${this.tries} of ${this.o.tries}${trace}`;
  }

  /** Null where there is no trace to compare, or none was run. */
  private get isSameTrace(): boolean | null {
    const hash = this.last?.traceHash ?? null;
    return hash === null ? null : hash === this.record.traceHash;
  }

  private keepHistory(verdict: 'violated' | 'unknown'): string | null {
    const { historyFolder: folder, system, environment } = this.o;
    const { program } = this.record;
    if (folder === undefined || this.last === null) return null;
    return writeHistory(folder, `${program.scenario}-replay`, this.last.history, {
      system: system.name,
      environment: environment.name,
      seed: program.noiseSeed,
      program,
      isComplete: true,
      verdicts: { [this.invariant.id]: verdict },
    });
  }

  /** Of the last try, which broke the promise. */
  private story(): ViolationStory {
    const { invariant, record } = this;
    const { argument } = this.o;
    const run = this.last as Run;
    const verdict = verdictOf(invariant, run.history, record.program);
    const explanation =
      verdict.kind === 'violated' ? verdict.explanation : { sentences: [], ops: [], atUs: 0 };
    return {
      invariant: invariant.id,
      claim: invariant.claim,
      sentences: explanation.sentences,
      steps: stepsOf(record.program, run.history, explanation.ops),
      note: this.note,
      token: argument,
      again: `antlion replay ${argument}`,
    };
  }

  /** What is to say when no try showed it: that proves nothing, least of all that it is mended. */
  private nothing(): string[] {
    const tries = this.tries === 1 ? '1 try' : `${this.tries} tries`;
    const shown = `Not shown in ${tries} in ${this.o.environment.name}, which proves nothing: `;
    const why = `${this.invariant.id} may be broken by another run.`;
    return [shown + why];
  }

  private rest(history: string | null): string[] {
    return [
      ...(history === null ? [] : [`  history: ${history}`]),
      ...[...this.remarks].map((r) => `  ${r}`),
      ...[...this.leftovers].map((l) => `  left behind: ${l}`),
    ];
  }
}

function requireShort({ program }: ReplayRecord, env: string): void {
  if (program.durationUs <= realDurationUsMax) return;
  throw new HarnessError(
    'E_PLAN',
    `the run lasts ${formatDuration(program.durationUs)}, wanted at most ${formatDuration(realDurationUsMax)} in ${env}. Replay it with --env simulation.`,
  );
}

function sayBuild({ build }: ReplayRecord): void {
  const here = buildDigest();
  if (build === null || build === here) return;
  warn(`note: found by build ${build}, this is ${here}`);
}
