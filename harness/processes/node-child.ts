/** One node as a child process: launched, killed, paused, launched again; its output as events. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { assert } from '../core/assert.ts';
import type { HistoryEvent } from '../core/history.ts';
import { folderVariable } from '../cleanup/process-id.ts';
import { eventOfLine } from '../host/lines.ts';
import { launchVariable } from '../host/launch.ts';
import type { Launch } from '../host/launch.ts';

export interface NodeChildOptions {
  /** The compiled module that runs a node. */
  readonly entry: string;
  readonly launch: Launch;
  /** Where all output is kept, over all boots. */
  readonly logPath: string;
  readonly onEvent: (e: HistoryEvent) => void;
  readonly onSpawn: (pid: number) => void;
  readonly onGone: (pid: number) => void;
  /** It ended without having been told to. `code` is null after a signal. */
  readonly onExit: (code: number | null, signal: string | null) => void;
}

/** Last lines kept for messages to people. */
const tailLinesMax = 40;
/** A node that was asked to end is killed after this. */
const stopMsMax = 3_000;

export class NodeChild {
  private readonly o: NodeChildOptions;
  private readonly log: WriteStream;
  private child: ChildProcess | null = null;
  /** Resolves when the process is gone and all its output was read. */
  private gone: Promise<void> = Promise.resolve();
  private isTold = false;
  readonly tail: string[] = [];

  constructor(options: NodeChildOptions) {
    this.o = options;
    this.log = createWriteStream(options.logPath, { flags: 'a' });
  }

  /** Resolves once the process runs; rejects when it cannot be started at all. */
  async start(): Promise<void> {
    assert(this.child === null, 'a node is started once at a time');
    this.isTold = false;
    const child = spawn(process.execPath, ['--enable-source-maps', this.o.entry], {
      env: {
        [launchVariable]: JSON.stringify(this.o.launch),
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
    this.gone = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.child = null;
        if (child.pid !== undefined) this.o.onGone(child.pid);
        resolve();
        if (!this.isTold) this.o.onExit(code, signal);
      });
    });
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('spawn', resolve);
    });
    if (child.pid !== undefined) this.o.onSpawn(child.pid);
  }

  /** SIGKILL; resolves when it is gone and its last output was read. */
  async kill(): Promise<void> {
    this.isTold = true;
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
  async stop(): Promise<void> {
    this.isTold = true;
    this.child?.kill('SIGTERM');
    this.child?.kill('SIGCONT');
    const late = setTimeout(() => this.child?.kill('SIGKILL'), stopMsMax);
    await this.gone;
    clearTimeout(late);
    await new Promise<void>((resolve) => this.log.end(resolve));
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  private read(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      this.log.write(`${line}\n`);
      this.tail.push(line);
      if (this.tail.length > tailLinesMax) this.tail.shift();
      const e = eventOfLine(line);
      if (e !== null) this.o.onEvent(e);
    });
  }
}
