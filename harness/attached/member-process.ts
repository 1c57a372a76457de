/** One member as a child process: started, killed, paused, started again; its output kept. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Journal } from '../cleanup/journal.ts';
import { descendantsOf, identify, signalProcess } from '../cleanup/process-id.ts';
import { removeTraces } from '../cleanup/traces.ts';
import { limits } from '../core/limits.ts';
import type { Commands } from './member-commands.ts';
import { noProgram } from './program-path.ts';

export interface MemberProcessOptions {
  readonly name: string;
  /** What a command is put behind. */
  readonly within: readonly string[];
  readonly commands: Commands;
  /** Where all output is kept, over all starts. */
  readonly logPath: string;
  readonly journal: Journal;
  /** How to get the program, for who has not got it. */
  readonly install: string | null;
  /** It ended without having been told to. */
  readonly onExit: (reason: string) => void;
}

/** What `limits.stopUs` allows, and a second. */
const stopMsMax = limits.stopUs / 1_000 + 1_000;
/** Last lines kept for messages to people. */
const tailLinesMax = 1_000;

export class MemberProcess {
  readonly tail: string[] = [];
  private readonly o: MemberProcessOptions;
  private readonly log: WriteStream;
  private commands: Commands;
  private child: ChildProcess | null = null;
  private entry: number | null = null;
  /** Resolves when the process is gone and all its output was read. */
  private gone: Promise<void> = Promise.resolve();
  private isTold = false;

  constructor(options: MemberProcessOptions) {
    this.o = options;
    this.commands = options.commands;
    this.log = createWriteStream(options.logPath, { flags: 'a' });
    // A full disk costs the log, not the run.
    this.log.on('error', () => undefined);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Resolves once the process runs, as this version; null: as the usual one. Throws E_NO_PROGRAM. */
  async start(version: string | null = null): Promise<void> {
    if (this.child !== null) return;
    const { usual, versions } = this.commands;
    const { argv, env } = versions.get(version ?? '') ?? usual;
    const [program = '', ...args] = [...this.o.within, ...argv];
    this.isTold = false;
    // A group of its own: Ctrl-C is for the harness, and a script goes with what it has started.
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const child = spawn(program, args, { env, stdio: [...stdio], detached: true });
    this.child = child;
    this.gone = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('close', (code, signal) => {
        this.ended(code === null ? `signal ${signal}` : `exit code ${code}`, child.pid);
        resolve();
      });
    });
    try {
      await new Promise<void>((resolve, reject) => {
        child.once('error', reject);
        child.once('spawn', resolve);
      });
    } catch (cause) {
      this.child = null;
      const why = (cause as NodeJS.ErrnoException).code ?? '';
      throw noProgram(program, why, this.o, cause);
    }
    const id = identify(child.pid as number);
    this.entry = id && this.o.journal.begin({ kind: 'kill', process: id });
    this.read(child.stdout as Readable);
    this.read(child.stderr as Readable);
  }

  /** It is started with these from now on. */
  renew(commands: Commands): void {
    this.commands = commands;
  }

  /** SIGKILL; resolves when it is gone. Harmless when it is gone already. */
  async kill(): Promise<void> {
    this.isTold = true;
    this.signal('SIGKILL');
    await this.gone;
  }

  /** SIGTERM, and SIGKILL where that does not end it in time; resolves when it is gone. */
  async shutDown(): Promise<void> {
    this.isTold = true;
    this.signal('SIGTERM');
    this.signal('SIGCONT');
    const late = setTimeout(() => this.signal('SIGKILL'), stopMsMax);
    await this.gone;
    clearTimeout(late);
  }

  /** Also of what has left its group, as the servers of a database do that each serve a client. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.child?.pid;
    if (pid === undefined) return;
    const others = descendantsOf(pid);
    try {
      process.kill(-pid, signal);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'ESRCH') throw e;
    }
    // One that stands still starts nothing more.
    if (signal === 'SIGSTOP') others.push(...descendantsOf(pid));
    for (const id of others) signalProcess(id, signal);
  }

  async close(): Promise<void> {
    await this.kill();
    await new Promise<void>((resolve) => this.log.end(resolve));
  }

  private ended(how: string, pid: number | undefined): void {
    this.child = null;
    if (pid !== undefined) removeTraces(pid);
    if (this.entry !== null) this.o.journal.done(this.entry);
    this.entry = null;
    if (this.isTold) return;
    const last = this.tail.at(-1);
    this.o.onExit(
      `${this.o.name} ended by itself (${how})${last === undefined ? '' : `: ${last}`}`,
    );
  }

  private read(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      this.log.write(`${line}\n`);
      this.tail.push(line);
      if (this.tail.length > tailLinesMax) this.tail.shift();
    });
  }
}
