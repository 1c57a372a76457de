/** A process in namespaces of its own that does as it is told over its channel, and ends with the harness. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Journal } from '../cleanup/journal.ts';
import { folderVariable, identify } from '../cleanup/process-id.ts';

/** Number 0 tells, unasked, that all stands, or why not. */
export interface HelperAnswer<A> {
  readonly id: number;
  readonly error?: string;
  readonly value?: A;
}

export interface HelperOptions {
  /** What goes before Node: `unshare` with its flags. */
  readonly within: readonly string[];
  /** Its program without an ending, beside the file at `from`. */
  readonly main: string;
  readonly from: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Of the run, in the journal already: it is one of the processes that were started to work in it, so it ends,
   * and what it holds with it, whatever becomes of the harness.
   */
  readonly folder: string;
  readonly journal: Journal;
  /** What is thrown when it fails. */
  readonly failed: (why: string) => Error;
}

const setupMs = 30_000;
const answerMs = 10_000;

export class Helper<Q, A> implements AsyncDisposable {
  private readonly child: ChildProcess;
  private readonly o: HelperOptions;
  private readonly entry: number | null;
  private readonly waiting = new Map<number, (answer: HelperAnswer<A>) => void>();
  private lastId = 0;

  private constructor(child: ChildProcess, options: HelperOptions) {
    this.child = child;
    this.o = options;
    const id = identify(child.pid as number);
    this.entry = id && options.journal.begin({ kind: 'kill', process: id });
    child.on('message', (answer: HelperAnswer<A>) => {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
    child.once('exit', () => {
      for (const [of, wake] of this.waiting) wake({ id: of, error: 'it has ended' });
      this.waiting.clear();
    });
  }

  /** Resolves once it tells that all stands. Throws what `failed` makes of the reason. */
  static async open<Q, A>(options: HelperOptions): Promise<Helper<Q, A>> {
    // As this file runs, so runs the other: compiled by plain node, or its source by the same loader.
    const kind = extname(import.meta.url);
    const main = fileURLToPath(new URL(`./${options.main}${kind}`, options.from));
    const loader = kind === '.ts' ? process.execArgv : [];
    const [program = '', ...flags] = options.within;
    const args = [...flags, process.execPath, ...loader, main, ...options.args];
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, ...options.env, [folderVariable]: options.folder },
    });
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw options.failed((cause as Error).message);
    }
    const helper = new Helper<Q, A>(child, options);
    try {
      await helper.answerTo(0, setupMs);
      return helper;
    } catch (e) {
      await helper[Symbol.asyncDispose]();
      throw e;
    }
  }

  get pid(): number {
    return this.child.pid as number;
  }

  async ask(question: Q, server?: Server): Promise<A | undefined> {
    this.lastId += 1;
    const id = this.lastId;
    const answer = this.answerTo(id, answerMs);
    if (!this.child.connected) this.waiting.get(id)?.({ id, error: 'it has ended' });
    else this.child.send({ id, question }, server, () => undefined);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    if (this.entry !== null) this.o.journal.done(this.entry);
  }

  private async answerTo(id: number, withinMs: number): Promise<A | undefined> {
    let late: NodeJS.Timeout | undefined;
    const answer = await new Promise<HelperAnswer<A>>((resolve) => {
      this.waiting.set(id, resolve);
      late = setTimeout(() => {
        this.waiting.delete(id);
        resolve({ id, error: `no answer within ${withinMs / 1_000} s` });
      }, withinMs);
    });
    clearTimeout(late);
    if (answer.error !== undefined) throw this.o.failed(answer.error);
    return answer.value;
  }
}
