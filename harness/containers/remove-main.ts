/**
 * `remove-main RUN`: removes everything of a run from the engine, after the harness that made it died.
 * Exits with 0 when nothing is left.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../core/errors.ts';
import { openEngine } from './engine.ts';
import { removeRun } from './resources.ts';

/** The engine may still be making what the dying harness asked for last. */
const settleMs = 1_000;

async function remove(run: string): Promise<readonly string[]> {
  const engine = await openEngine();
  await removeRun(engine, run);
  await sleep(settleMs);
  return removeRun(engine, run);
}

const run = process.argv[2] ?? '';
try {
  const left = await remove(run);
  for (const line of left) console.error(line);
  process.exitCode = left.length === 0 ? 0 : 1;
} catch (e) {
  console.error(e instanceof HarnessError ? e.message : e);
  process.exitCode = 1;
}
