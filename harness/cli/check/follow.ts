/** `antlion check --follow`: the judge that stays while a history grows. */
import type { Json } from '../../core/host.ts';
import { formsOf } from '../../checkers/formats/each-form.ts';
import { eventOf } from '../../checkers/formats/event.ts';
import { malformed } from '../../checkers/formats/malformed.ts';
import { Pairing } from '../../checkers/formats/pairing.ts';
import type { CellModel, Model } from '../../checkers/model.ts';
import { modelOf } from '../../checkers/models/registry.ts';
import { Follower, type Found } from '../../checkers/online/follower.ts';
import { isCompleted } from '../../checkers/operations.ts';
import { OperationError } from '../../checkers/operation-error.ts';
import { parseDuration } from '../../core/duration.ts';
import { exitCodes, HarnessError } from '../../core/errors.ts';
import type { VerdictKind } from '../../core/verdict.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines } from '../../report/output.ts';
import type { RecordOf } from '../../report/records.ts';
import { count, verdictMark } from '../../report/terminal.ts';
import { optionsOf } from './check.ts';
import type { CheckFlags } from '../commands.ts';
import { eachGrowingLine, type Ending } from '../files/growing.ts';
import { withInterrupt } from '../interrupt.ts';
import { isModelFile, loadModel } from './user-model.ts';

/** What goes on is looked at so often, and told of so often, in milliseconds. */
const lookMs = 200;
const tellMs = 10_000;
/** Violations that are told one by one; all are counted. */
const toldMax = 100;

/** The exit code is the verdict's, or the signal's that ended it. Throws E_USAGE and E_HISTORY. */
export async function followCommand(files: readonly string[], flags: CheckFlags): Promise<number> {
  const [file = '-'] = files;
  const model = await modelFor(files, flags);
  const idleMs = flags.idle === undefined ? null : parseDuration(flags.idle) / 1_000;
  return withInterrupt(async ({ signal }) => {
    const watch = new Watch(file, model, flags);
    const timer = setInterval(() => watch.look(), lookMs);
    try {
      const ending = await eachGrowingLine(
        file,
        { signal, idleMs },
        (line) => watch.take(line),
        (rest) => watch.rest(rest),
      );
      return watch.end(ending);
    } catch (error) {
      if (error instanceof HarnessError) watch.end('refused');
      throw error;
    } finally {
      clearInterval(timer);
    }
  });
}

/** Throws E_USAGE for what cannot be followed. */
async function modelFor(files: readonly string[], flags: CheckFlags): Promise<CellModel> {
  const refuse = (why: string): never => {
    throw new HarnessError('E_USAGE', why);
  };
  if (files.length !== 1) refuse(`--follow is of one file, got ${files.length}. Pass one, or -.`);
  if (flags.format !== undefined && flags.format !== 'jsonl') {
    refuse(`--follow reads lines of JSON, got --format ${flags.format}. Leave --format out.`);
  }
  if (flags.reporter.length > 0) {
    refuse('--follow tells what it finds itself, with --json to programs. Leave --reporter out.');
  }
  if (flags.certificate !== undefined) {
    refuse('--certificate is of a whole history, and --follow keeps none. Leave one of them out.');
  }
  const { model: name, initial = null, ...rest } = optionsOf(flags);
  const own: Model = isModelFile(name) ? await loadModel(name) : modelOf(name, initial, []);
  if (own.kind !== 'cell' || Object.keys(rest).length > 0) {
    return refuse(
      `--follow judges a single value a key, and model is "${name}". Choose register, cas-register, key-value, mutex, lease, or a cell model of your own, and no other option of models.`,
    );
  }
  return initial === null ? own : { ...own, initial };
}

class Watch {
  private readonly file: string;
  private readonly flags: CheckFlags;
  private readonly follower: Follower;
  private readonly pairing: Pairing<{ readonly f: string }>;
  private readonly begin = performance.now();
  private lines = 0;
  private looked = performance.now();
  private told = performance.now();
  private behindMs = 0;
  private isCutOff = false;

  constructor(file: string, model: CellModel, flags: CheckFlags) {
    this.file = file === '-' ? 'standard input' : file;
    this.flags = flags;
    this.follower = new Follower(model);
    this.pairing = new Pairing(this.file);
  }

  take(text: string): void {
    this.lines += 1;
    const { lines: line, file } = this;
    const shape = { file, isIndependent: this.flags.independent };
    formsOf(text, line, 'jsonl', file, (value) => this.event(value, line, shape));
    if (performance.now() - this.looked > lookMs) this.look();
  }

  private event(value: Json, line: number, shape: Parameters<typeof eventOf>[2]): void {
    const e = eventOf(value, line, shape);
    if (e === null) return;
    if (e.type === 'invoke') this.pairing.invoke(e.process, { f: e.f }, line);
    else if (this.pairing.complete(e.process, e.f, e.type, line) === null) return;
    try {
      const found = this.follower.take(e);
      if (found !== null) this.tell(found);
    } catch (error) {
      if (error instanceof OperationError) {
        malformed(shape.file, line, `the operation ${error.what.replace(/\.[^.]*\.$/, '')}`);
      }
      throw error;
    }
  }

  /** A line that its writer has not ended may be a whole one, or half of one. */
  rest(text: string): void {
    if (text.trim() === '') return;
    try {
      JSON.parse(text);
    } catch {
      this.isCutOff = true;
      return;
    }
    this.take(text);
  }

  look(): void {
    for (const found of this.follower.look()) this.tell(found);
    const now = performance.now();
    this.behindMs = Math.max(this.behindMs, now - this.looked);
    this.looked = now;
    if (now - this.told < tellMs) return;
    this.told = now;
    if (this.flags.json) sayRecord('followed', this.record('going-on', []));
  }

  private tell(found: Found): void {
    if (this.follower.violations > toldMax) return;
    const { key, core, sentences } = found;
    if (this.flags.json) {
      const operations = core.map((op) => ({
        process: op.process,
        f: op.f,
        value: (isCompleted(op) && op.output !== null ? op.output : op.input) as CoreValue,
      }));
      sayRecord('followed', { ...this.record('violation', sentences), key, core: operations });
      return;
    }
    const where = `line ${count(this.lines)}${key === '' ? '' : `, key ${key}`}`;
    sayLines([`${verdictMark('violated')}  ${where}`, ...sentences.map((s) => `            ${s}`)]);
  }

  end(ending: Ending | 'refused'): number {
    this.look();
    const verdict = this.verdict();
    const sentences = [this.endingOf(ending), ...this.doubts()];
    if (this.flags.json) sayRecord('followed', this.record('ended', sentences));
    else {
      const figures = `${count(this.follower.operations)} operations`.padStart(22);
      const took = `${((performance.now() - this.begin) / 1_000).toFixed(1)} s`.padStart(12);
      const line = `${verdictMark(verdict)}${figures}${took}  ${this.file}`;
      sayLines([line, ...sentences.map((s) => `            ${s}`)]);
    }
    return exitCodes[verdict];
  }

  private endingOf(ending: Ending | 'refused'): string {
    const why = {
      end: 'The input ended',
      idle: `Nothing was written for ${this.flags.idle ?? ''}`,
      stopped: 'It was stopped',
      refused: 'It ended with what is no history',
    }[ending];
    const cut = this.isCutOff ? ' The last line is cut off and was left out.' : '';
    const { violations, open } = this.follower;
    return `${why} after line ${count(this.lines)}, with ${count(open)} operations under way and ${count(violations)} violations.${cut}`;
  }

  private verdict(): VerdictKind {
    const { violations, completed } = this.follower;
    if (violations > 0) return 'violated';
    return completed === 0 || this.doubts().length > 0 ? 'unknown' : 'holds';
  }

  /** Why what was not seen to be violated may be so all the same. */
  private doubts(): string[] {
    const { completed, leftOut, undecided } = this.follower;
    return [
      ...(completed === 0 ? ['No operation completed: nothing was shown.'] : []),
      ...(leftOut > 0
        ? [`${count(leftOut)} times something was left out to stay within the memory.`]
        : []),
      ...(undecided > 0 ? [`${count(undecided)} searches were given up.`] : []),
    ];
  }

  private record(
    state: RecordOf<'followed'>['state'],
    sentences: readonly string[],
  ): Omit<RecordOf<'followed'>, 'schemaVersion' | 'type'> {
    const { operations, violations, open, keysHeld: keys } = this.follower;
    const behindMs = Number(this.behindMs.toFixed(1));
    this.behindMs = 0;
    const memoryMib = Number((process.memoryUsage.rss() / 2 ** 20).toFixed(1));
    const facts = { file: this.file, state, verdict: this.verdict(), operations, violations };
    const lines = this.lines;
    return { ...facts, lines, open, keys, behindMs, memoryMib, sentences: [...sentences] };
  }
}

type CoreValue = NonNullable<RecordOf<'followed'>['core']>[number]['value'];
