/** One counterexample tried again, and what is told of its last try. */
import type { Run } from '../../core/environment.ts';
import { HarnessError, exitCodes } from '../../core/errors.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { System } from '../../core/system.ts';
import type { Verdict } from '../../core/verdict.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { Progress } from '../../report/progress.ts';
import { type ViolationStory, violationLines } from '../../report/terminal.ts';
import type { ReplayRecord } from '../../runner/replay-record.ts';
import { promisesFor } from '../../runner/run-scenario.ts';
import { verdictOf } from '../../runner/judge.ts';
import { stepsOf } from '../../runner/narrate.ts';
import type { OpenEnvironment } from '../environments.ts';
import { writeHistory } from '../files/history-file.ts';
import { watchRun } from '../live/watch-run.ts';
import { counterexampleOf } from '../run/run-output.ts';
import { causeLines } from './cause-lines.ts';
import { recordedRun } from './recorded-run.ts';
import { writeReplayPage } from './replay-page.ts';
import { answersOf } from './replay-questions.ts';
import type { ReplayQuestions } from './replay-questions.ts';
import { whyLines } from './why-lines.ts';

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
    await replay.tell();
    return exitCodes.violated;
  }
  await replay.tell();
  return replay.leftovers.size > 0 ? exitCodes.leftovers : exitCodes.unknown;
}

/** A run and what the promise says of it. */
interface Tried {
  readonly run: Run;
  readonly verdict: Verdict;
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
  private last: Tried | null = null;

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
    const verdict = verdictOf(invariant, run.history, record.program);
    this.last = { run, verdict };
    for (const l of run.leftovers) this.leftovers.add(l);
    for (const s of run.skippedFaults) this.remarks.add(`skipped: ${s.what}: ${s.reason}`);
    if (run.limitReached !== undefined)
      this.remarks.add(`ended early at its limit ${run.limitReached}`);
    if (verdict.kind === 'unknown') this.remarks.add(`${verdict.invariant}: ${verdict.reason}`);
    return verdict.kind === 'violated';
  }

  /** Prints what the last try showed; of several that showed nothing, that. */
  async tell(): Promise<void> {
    const why = await this.why();
    const story = this.story();
    const verdict = story === null ? 'unknown' : 'violated';
    const history = this.keepHistory(verdict);
    if (this.o.isJson !== true) {
      const lines = story === null ? this.nothing() : violationLines(story);
      this.o.say([...(this.answers() ?? lines), ...this.cause(), ...why, ...this.rest(history)]);
    } else this.sayJson(verdict, story, history);
    await this.page();
  }

  private sayJson(
    verdict: 'violated' | 'unknown',
    story: ViolationStory | null,
    history: string | null,
  ): void {
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
  private async page(): Promise<void> {
    const { record, invariant, last } = this;
    const { page: path, isJson, say } = this.o;
    if (path === undefined || last === null) return;
    await writeReplayPage({ ...this.o, ...last, path, record, invariant, note: this.note });
    if (isJson !== true) say([`  report: ${path}`]);
  }

  /** Nothing unless it is asked for, and only of a violation. */
  private async why(): Promise<string[]> {
    const { invariant, last, o } = this;
    if (o.isWhyAsked !== true || last?.verdict.kind !== 'violated') return [];
    const { run, verdict } = last;
    return whyLines({ ...o, program: this.record.program, invariant, run, verdict });
  }

  private cause(): string[] {
    const { record, invariant, last } = this;
    const { system, environment, isCauseAsked } = this.o;
    if (isCauseAsked !== true || last?.verdict.kind !== 'violated') return [];
    const { run, verdict } = last;
    return causeLines(system, environment, invariant, record, run, verdict.explanation);
  }

  /** Null: nothing is asked. */
  private answers(): string[] | null {
    const { record, invariant, last } = this;
    const { questions = null, system, environment } = this.o;
    if (questions === null || last === null) return null;
    const { run } = last;
    const recorder = recordedRun(system, environment, record, [invariant], run);
    const facets = system.facets ?? [];
    return answersOf(questions, { program: record.program, run, facets, recorder });
  }

  private get note(): string {
    const { isSameTrace } = this;
    const trace = isSameTrace === null ? '' : isSameTrace ? ', same trace' : ', another trace';
    return `try ${this.tries} of ${this.o.tries}${trace}`;
  }

  /** Null where there is no trace to compare, or none was run. */
  private get isSameTrace(): boolean | null {
    const hash = this.last?.run.traceHash ?? null;
    return hash === null ? null : hash === this.record.traceHash;
  }

  private keepHistory(verdict: 'violated' | 'unknown'): string | null {
    const { historyFolder: folder, system, environment } = this.o;
    const { program } = this.record;
    if (folder === undefined || this.last === null) return null;
    return writeHistory(folder, `${program.scenario}-replay`, this.last.run.history, {
      system: system.name,
      environment: environment.name,
      seed: program.noiseSeed,
      program,
      isComplete: true,
      verdicts: { [this.invariant.id]: verdict },
    });
  }

  /** Of the last try; null unless that broke the promise. */
  private story(): ViolationStory | null {
    const { invariant, record, last } = this;
    const { argument } = this.o;
    if (last?.verdict.kind !== 'violated') return null;
    const { explanation } = last.verdict;
    return {
      invariant: invariant.id,
      claim: invariant.claim,
      sentences: explanation.sentences,
      steps: stepsOf(record.program, last.run.history, explanation.ops),
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
