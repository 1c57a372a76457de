/**
 * Does what a journal says. Undoing twice, undoing what was never done and undoing when the target
 * is gone are all harmless.
 */
import { execFile } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unreachable } from '../core/assert.ts';
import { isAlive, type ProcessId, processesIn, signalProcess } from './process-id.ts';
import { removeTraces } from './traces.ts';
import type { Undo } from './undo.ts';

/** Throws when it could not be done, saying what is left. */
export async function performUndo(undo: Undo): Promise<void> {
  switch (undo.kind) {
    case 'kill':
      return kill(undo.process);
    case 'resume':
      signalProcess(undo.process, 'SIGCONT');
      return;
    case 'remove-folder':
      return removeFolder(undo.path);
    case 'remove-run':
      return removeRun(undo.engine, undo.run);
    default:
      return unreachable(undo);
  }
}

const goneMs = 5_000;
const removalMs = 60_000;

async function kill(process: ProcessId): Promise<void> {
  signalProcess(process, 'SIGKILL');
  const sinceMs = performance.now();
  while (isAlive(process)) {
    if (performance.now() - sinceMs > goneMs)
      throw new Error(`process ${process.pid} does not end`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
  removeTraces(process.pid);
}

/** Removes a real folder of this user; never what a link of that name leads to. */
async function removeFolder(path: string): Promise<void> {
  // A harness that dies between starting a process and writing it down: they would go on here.
  await Promise.all(processesIn(path).map(kill));
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const uid = process.getuid?.();
  if (!stat.isDirectory()) throw new Error('it is no folder');
  if (uid !== undefined && stat.uid !== uid) throw new Error(`it belongs to user ${stat.uid}`);
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/** In a process of its own: Docker's libraries are for those only who need them. */
function removeRun(engine: string, run: string): Promise<void> {
  // As this file runs, so runs the other: compiled by plain node, or its source by the same loader.
  const kind = extname(import.meta.url);
  const main = fileURLToPath(new URL(`../containers/remove-main${kind}`, import.meta.url));
  const loader = kind === '.ts' ? process.execArgv : [];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...loader, main, run],
      { timeout: removalMs, env: { ...process.env, DOCKER_HOST: engine } },
      (e, _, stderr) => {
        if (e === null) resolve();
        else reject(new Error(stderr.trim() === '' ? e.message : stderr.trim()));
      },
    );
  });
}
