/**
 * The watchdog: a process of its own that holds one end of a pipe from the harness. When the harness
 * dies, however it dies, the pipe ends, and the watchdog undoes what the journal holds.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Journal } from './journal.ts';

export interface Watchdog {
  readonly pid: number;
  /** Sends it away: whatever is left is now the caller's, or `antlion clean`'s. */
  close(): Promise<void>;
}

/** Starts the watchdog of this process over its journal. It does not keep this process alive. */
export async function startWatchdog(journal: Journal): Promise<Watchdog> {
  // As this file runs, so runs the other: compiled by plain node, or its source by the same loader.
  const kind = extname(import.meta.url);
  const main = fileURLToPath(new URL(`./watchdog-main${kind}`, import.meta.url));
  const loader = kind === '.ts' ? process.execArgv : [];
  const child = spawn(process.execPath, [...loader, main, journal.path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  const exit = once(child, 'exit');
  child.unref();
  (child.stdin as Socket).unref();
  return {
    pid: child.pid as number,
    async close() {
      child.ref();
      child.stdin.end('all is well');
      await exit;
    },
  };
}
