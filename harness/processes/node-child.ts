/** One node as a child process: launched, killed, paused, launched again; its output as events. */
import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { assert } from '../core/assert.ts';
import type { HistoryEvent } from '../core/history.ts';
import { limits } from '../core/limits.ts';
import { folderVariable } from '../cleanup/process-id.ts';
import { launchVariable } from '../host/launch.ts';
import type { Launch } from '../host/launch.ts';
import { nodeFlags } from '../realtime/node-flags.ts';
import { NodeOutput } from '../realtime/node-output.ts';
import { OutputFile } from './output-file.ts';

export interface NodeChildOptions {
  readonly name: string;
  /** The compiled module that runs a node. */
  readonly entry: string;
  /** What its command is put behind. */
  readonly within?: readonly string[];
  readonly launch: Launch;
  /** Where output is kept, over all boots. */
  readonly logPath: string;
  readonly onEvent: (e: HistoryEvent) => void;
  readonly onSpawn: (pid: number) => void;
  readonly onGone: (pid: number) => void;
  /** The run cannot go on: an event was lost, or the disk is full. */
  readonly onFailed: (error: Error) => void;
  /** It ended without having been told to. `code` is null after a signal. */
  readonly onExit: (code: number | null, signal: string | null) => void;
}

/** A node that was asked to end is killed after this. */
const stopMsMax = limits.stopUs / 1_000 + 1_000;
/** Its output ends soon after it; but a program that it started may hold it open for ever. */
const outputMsMax = 2_000;

export class NodeChild {
  private readonly o: NodeChildOptions;
  private readonly log: OutputFile;
  private readonly output: NodeOutput;
  private child: ChildProcess | null = null;
  /** Resolves when the process is gone and all its output was read. */
  private gone: Promise<void> = Promise.resolve();
  private isDiskFull = false;
  /** The signals by which it may end without that being news. */
  private asked: readonly NodeJS.Signals[] = [];

  constructor(options: NodeChildOptions) {
    this.o = options;
    this.log = new OutputFile(options.logPath);
    this.output = new NodeOutput(options);
  }

  get tail(): readonly string[] {
    return this.output.tail;
  }

  /** Resolves once the process runs, as this version of the node; rejects when it cannot be started at all. */
  async start(version: string | null = null): Promise<void> {
    assert(this.child === null, 'a node is started once at a time');
    this.asked = [];
    const { config } = this.o.launch;
    const launch: Launch =
      version === null ? this.o.launch : { ...this.o.launch, config: { ...config, version } };
    const argv = [...(this.o.within ?? []), process.execPath, ...nodeFlags, this.o.entry];
    const child = spawn(argv[0] as string, argv.slice(1), {
      env: {
        [launchVariable]: JSON.stringify(launch),
        [folderVariable]: dirname(this.o.logPath),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C on a terminal is for the harness, which ends its nodes itself.
      detached: true,
    });
    this.child = child;
    this.read(child.stdout);
    this.read(child.stderr);
    // The lifeline: nothing is written, and a node that is gone must not be an error.
    child.stdin.on('error', () => undefined);
    this.gone = this.endOf(child);
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', resolve);
    });
    if (child.pid !== undefined) this.o.onSpawn(child.pid);
  }

  /** Resolves when the process is gone and its output was read, or it could not be started. */
  private endOf(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<void> {
    return new Promise((resolve) => {
      child.once('error', () => {
        this.child = null;
        resolve();
      });
      child.once('exit', () => {
        const late = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, outputMsMax);
        child.once('close', () => clearTimeout(late));
      });
      child.once('close', (code, signal) => {
        this.child = null;
        if (child.pid !== undefined) this.o.onGone(child.pid);
        resolve();
        // One that ended by itself just before it was to be killed did not end by that signal; an
        // exit code is an answer to SIGTERM alone.
        if (!this.asked.includes(signal ?? 'SIGTERM')) this.o.onExit(code, signal);
      });
    });
  }

  /** SIGKILL; resolves when it is gone and its last output was read. */
  async kill(): Promise<void> {
    this.asked = ['SIGKILL'];
    this.child?.kill('SIGKILL');
    await this.gone;
  }

  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Asks it to end, then makes it. Harmless when it is gone already. */
  async shutDown(): Promise<void> {
    this.asked = ['SIGTERM', 'SIGKILL'];
    this.child?.kill('SIGTERM');
    this.child?.kill('SIGCONT');
    const late = setTimeout(() => this.child?.kill('SIGKILL'), stopMsMax);
    await this.gone;
    clearTimeout(late);
  }

  /** Ends it for good, whatever state it is in: nobody is left to say goodbye to. */
  async stop(): Promise<void> {
    await this.kill();
    this.log.close();
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  private read(stream: Readable): void {
    const reader = this.output.reader();
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.keep(text);
      reader.push(text);
    });
    stream.once('close', () => reader.end());
  }

  private keep(text: string): void {
    if (this.isDiskFull) return;
    try {
      this.log.write(text);
    } catch (e) {
      this.isDiskFull = true;
      this.o.onFailed(e instanceof Error ? e : new Error(String(e)));
    }
  }
}
