/** Runs the compiled command line in a temporary folder of its own, and sees what it leaves there. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Context } from 'mocha';
import { skipUnless } from '../require.ts';

export const bin = resolve('dist/harness/cli/bin.js');

export function skipUnlessBuilt(test: Context): void {
  skipUnless(test, 'build', existsSync(bin) ? null : 'npm run build');
}

export interface Ended {
  /** As a shell tells it: 128 and the number of the signal that ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Where it is run; here unless told. */
  readonly cwd?: string;
  /** What stands in standard input; else it is closed. */
  readonly stdin?: string;
  /** While it runs. */
  readonly meanwhile?: (child: ChildProcess, folder: string) => Promise<void>;
}

/** Runs `antlion ...args` to its end. Fails when a process, a journal or a file of it stays. */
export async function antlion(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  try {
    const child = spawn(process.execPath, [bin, ...args], {
      env: {
        ...process.env,
        ...options.env,
        TMPDIR: folder,
        XDG_STATE_HOME: folder,
        NO_COLOR: '1',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    child.stdin.end(options.stdin);
    const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    const output = [textOf(child.stdout), textOf(child.stderr)] as const;
    await options.meanwhile?.(child, folder).catch((e: unknown) => {
      // It cleans up after itself; what is said is why the test failed.
      child.kill('SIGTERM');
      throw e;
    });
    const [code, signal] = await ended;
    const [stdout, stderr] = output.map((read) => read()) as [string, string];
    await nothingLeft(folder);
    return { code: code ?? 128 + (signal === 'SIGKILL' ? 9 : 15), stdout, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of one `type` that `--json` printed, in their order. */
export function recordsOf({ stdout }: Ended, type: string): Record<string, unknown>[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return records.filter((record) => record['type'] === type);
}

/** What has come so far, also from a stream that was closed before its end. */
function textOf(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  return () => text;
}

/** A killed harness is cleaned up after by its watchdog: the limit is the test's own. */
export async function nothingLeft(folder: string): Promise<void> {
  while (processesOf(folder).length > 0) await turn();
  assert.deepEqual(filesIn(folder), []);
}

/** Whatever runs with this folder in its environment: the command and all that it started. */
export function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(folder))
    .map(Number);
}

/** The process of the node with this name, among those of the run. */
export function pidOf(folder: string, name: string): number {
  const is = (pid: number): boolean => {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return environment.includes('ANTLION_LAUNCH=') && environment.includes(`/${name}"`);
  };
  const pid = processesOf(folder).find(is);
  assert.ok(pid !== undefined, `${name} runs`);
  return pid;
}

/** Empty for a process that is gone, or only its corpse. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

/** All files; and folders that are not the one for journals. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/^(antlion|node-compile-cache)$/.test(name),
  );
}

/** Waits until `is` says so; the limit is the test's own. */
export async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await turn();
}

const turn = (): Promise<void> => new Promise((wake) => setTimeout(wake, 10));
