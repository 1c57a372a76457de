/**
 * `antlion check`: histories that somebody else recorded. Work decides when a check gives up, so that its verdict is
 * that of any machine. It runs in a thread, so that what does not come to an end can be ended: by time, or by memory.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ForeignFormat, foreignFormats } from '../../checkers/formats/foreign/foreign.ts';
import type { HistoryFormat } from '../../checkers/formats/forms.ts';
import type { SessionScope } from '../../checkers/sessions/versions.ts';
import { parseDuration } from '../../core/duration.ts';
import { exitCodes, HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import { sayLines, warn } from '../../report/output.ts';
import { People } from '../../report/people.ts';
import { Reporters } from '../../report/reporter.ts';
import type { Said } from '../../report/reporter.ts';
import { checkedLines, checkedRecord, type Checked } from './check-output.ts';
import type { CheckFlags } from '../commands.ts';
import { openReporters } from '../run/reporters.ts';
import { quoted } from '../products/system-flags.ts';
import type { CheckNews, CheckTask, NamedOptions } from './check-worker.ts';
import { cutOff } from './cut-off.ts';

/** What the thread may hold; Node's own default depends on the machine. */
const memoryMibMax = 4_096;

/**
 * The exit code is the worst verdict's; or 64 when a file is not a history, which is said on stderr
 * and does not keep the others from being checked. Throws E_USAGE.
 */
export async function checkCommand(files: readonly string[], flags: CheckFlags): Promise<number> {
  if (flags.idle !== undefined) {
    throw new HarnessError(
      'E_USAGE',
      '--idle ends what --follow follows. Pass both, or leave it out.',
    );
  }
  const options = optionsOf(flags);
  const certificate = certificateOf(files, flags.certificate);
  const limitMs = limitOf(flags.limit);
  const { main, files: others } = openReporters(flags, {
    noPages: 'antlion report FILE --model NAME shows a history as a page',
    againOf: (file) => `antlion report ${quoted(file)} --model ${quoted(flags.model)}`,
  });
  const isPlain = main instanceof People;
  const reporter = new Reporters(isPlain ? others : [main, ...others]);
  const isTold = flags.explain || flags.reporter.length > 0;
  await using thread = new CheckThread(limitMs);
  const all: Checked[] = [];
  let isRefused = false;
  for (const file of files) {
    const format = formatOf(file, flags.format);
    const isExplained = flags.json || isTold;
    const isIndependent = flags.independent;
    const task = { file, format, isIndependent, options, isExplained, certificate };
    const checked = await thread.check(task);
    if (checked instanceof HarnessError) {
      if (checked.code !== 'E_HISTORY') throw checked;
      warn(checked.message);
      // Whoever reads files alone must not miss it.
      for (const other of others) other.record(refusedRecord(file, checked.message));
      isRefused = true;
      continue;
    }
    all.push(checked);
    if (certificate !== null && checked.report.verdict !== 'holds') {
      warn(`${certificate} was not written: only what holds has a certificate.`);
    }
    reporter.record({ type: 'check', ...checkedRecord(checked, isTold) });
    if (isPlain) sayLines(checkedLines(checked, { isExplained: flags.explain }));
  }
  reporter.end();
  return isRefused ? exitCodes.usage : worst(all);
}

/** What is no history proves nothing. */
function refusedRecord(file: string, message: string): Said<'check'> {
  const nothing = { operations: 0, nodes: 0, core: [], prefix: null };
  return { type: 'check', file, verdict: 'unknown', ...nothing, sentences: [message] };
}

/** The longest that Node's timers can wait; past it they strike at once. */
const timerMsMax = 2 ** 31 - 1;

export function limitOf(text: string): number {
  const ms = parseDuration(text) / 1_000;
  if (ms > 0 && ms <= timerMsMax) return ms;
  throw new HarnessError(
    'E_USAGE',
    `limit is ${text}, wanted more than nothing and at most 596 h. Pass --limit "1 h".`,
  );
}

function worst(all: readonly Checked[]): number {
  if (all.some((c) => c.report.verdict === 'violated')) return exitCodes.violated;
  return all.some((c) => c.report.verdict === 'unknown') ? exitCodes.unknown : exitCodes.holds;
}

export function optionsOf(flags: Omit<CheckFlags, 'reporter' | 'follow'>): NamedOptions {
  return {
    model: flags.model,
    ...(flags.init !== undefined && { initial: initialOf(flags.init) }),
    ...(flags.consistency !== undefined && { consistency: flags.consistency }),
    ...(flags.budget !== undefined && { stepsMax: flags.budget }),
    ...(flags.scope !== undefined && { scope: scopeOf(flags.scope) }),
    ...clocksOf(flags),
  };
}

function clocksOf({
  drift,
  skew,
}: Pick<CheckFlags, 'drift' | 'skew'>): Pick<NamedOptions, 'clocks'> {
  if (drift === undefined && skew === undefined) return {};
  const skewUs = skew === undefined ? 0 : parseDuration(skew);
  return { clocks: { driftPpm: drift ?? 0, skewUs } };
}

function scopeOf(told: string): SessionScope {
  if (told === 'key' || told === 'store') return told;
  throw new HarnessError('E_USAGE', `scope is "${told}", wanted key or store. Pass --scope store.`);
}

/** Throws E_USAGE for what would be known to be no place for it only after the check. */
function certificateOf(files: readonly string[], path: string | undefined): string | null {
  if (path === undefined) return null;
  const refuse = (why: string): never => {
    throw new HarnessError('E_USAGE', why);
  };
  if (files.length !== 1) {
    refuse(`--certificate is of one history, got ${files.length} files. Check them one by one.`);
  }
  if (resolve(path) === resolve(files[0] as string)) {
    refuse(`--certificate is the history itself, ${path}. Pass the path of a new file.`);
  }
  if (!existsSync(dirname(path))) {
    refuse(`--certificate is ${path}, whose folder is not there. Pass a path in one that is.`);
  }
  return path;
}

function initialOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new HarnessError(
      'E_USAGE',
      `init is ${text}, wanted JSON. Pass --init 0, or --init '"a text"'.`,
    );
  }
}

/** How the names of files end that are no lines of JSON. */
const ownNames: ReadonlyMap<string, HistoryFormat | ForeignFormat> = new Map([
  ['.edn', 'edn'],
  ['.bincode', 'dbcop'],
]);

/** As told, or as the file's name ends. */
export function formatOf(file: string, told: string | undefined): HistoryFormat | ForeignFormat {
  if (told === undefined) return ownNames.get(extname(file)) ?? 'jsonl';
  const all = ['jsonl', 'edn', ...foreignFormats] as const;
  const format = all.find((f) => f === told);
  if (format !== undefined) return format;
  throw new HarnessError(
    'E_USAGE',
    `format is "${told}", wanted one of ${all.join(', ')}. Pass --format jsonl.`,
  );
}

/** One worker for file after file; another takes its place when a limit has ended it. */
export class CheckThread implements AsyncDisposable {
  private worker: Worker | null = null;
  private readonly limitMs: number;

  constructor(limitMs: number) {
    this.limitMs = limitMs;
  }

  async check(task: CheckTask): Promise<Checked | HarnessError> {
    this.worker ??= await startWorker();
    const worker = this.worker;
    let [operations, judged]: [number, Omit<Checked, 'file'> | null] = [0, null];
    const start = performance.now();
    const end = (why: string): Checked => {
      const elapsedMs = performance.now() - start;
      return cutOff({ file: task.file, operations, judged, elapsedMs }, why);
    };
    const limit = AbortSignal.timeout(Math.ceil(this.limitMs));
    worker.postMessage(task);
    try {
      for (;;) {
        const [news] = (await once(worker, 'message', { signal: limit })) as [CheckNews];
        if (news.kind === 'refused') return refusal(news);
        if (news.kind === 'done') return { file: task.file, ...news };
        if (news.kind === 'begun') operations = news.operations;
        if (news.kind === 'judged') judged = news;
      }
    } catch (error) {
      this.worker = null;
      await worker.terminate();
      if (limit.aborted) return end('the limit of time was reached; pass a longer --limit');
      if (!isOutOfMemory(error)) throw error;
      return end(`more than ${memoryMibMax} MiB of memory would be needed`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker?.terminate();
  }
}

/** Resolves when it is loaded, which is no part of a check. */
async function startWorker(): Promise<Worker> {
  const kind = extname(import.meta.url);
  const { href } = new URL(`./check-worker${kind}`, import.meta.url);
  // As this file runs, so runs the other: compiled, or its source by tsx, whose hook Node 20 does not
  // hand on to threads.
  const load = `import(${JSON.stringify(href)})`;
  const source = `import('tsx/esm/api').then((tsx) => { tsx.register(); return ${load}; })`;
  const resourceLimits = { maxOldGenerationSizeMb: memoryMibMax };
  const worker = new Worker(kind === '.ts' ? source : load, { eval: true, resourceLimits });
  await once(worker, 'message');
  return worker;
}

function isOutOfMemory(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** The message already begins with its code. */
function refusal(news: CheckNews & { kind: 'refused' }): HarnessError {
  return new HarnessError(news.code, news.message.slice(`${news.code}: `.length));
}
