/**
 * Kills a run of the command line at a drawn moment, and looks at what is left on this machine and on
 * the engine: with its watchdog alive after that has gone, else after `antlion clean`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Prng } from '../../harness/core/prng.ts';
import { bin, processesOf } from '../cli/antlion.ts';

export interface Kill {
  readonly environment: 'processes' | 'containers';
  readonly scenario: string;
  readonly victims: 'harness' | 'harness and watchdog';
  /** The kill comes once the journal has so many lines, 0 for none, and so long afterwards. */
  readonly lines: number;
  readonly delayMs: number;
}

const scenarios = ['minority-partition', 'member-pause', 'leader-crash'];

/** The `i`th kill of `seed`: moments from the first file on to the middle of the run. */
export function drawKill(environment: Kill['environment'], seed: number, i: number): Kill {
  const prng = new Prng(seed).fork(`kill ${i}`);
  return {
    environment,
    scenario: scenarios[prng.below(scenarios.length)] ?? '',
    victims: i % 2 === 0 ? 'harness' : 'harness and watchdog',
    // The journal of a run of containers has two lines; what comes after is drawn in time.
    lines: environment === 'processes' ? prng.below(7) : prng.below(4) === 0 ? 0 : 2,
    delayMs: prng.below(environment === 'processes' ? 4_000 : 15_000),
  };
}

/** What is left, in words; empty when all is well. `onEngine` lists what a harness left there. */
export async function leftAfter(
  kill: Kill,
  onEngine: (pid: number) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  const env = { ...process.env, TMPDIR: folder, XDG_STATE_HOME: folder, NO_COLOR: '1' };
  try {
    const args = [bin, 'run', kill.scenario, '--env', kill.environment];
    const harness = spawn(process.execPath, args, { stdio: 'ignore', env });
    const exit = once(harness, 'exit');
    const pid = harness.pid ?? 0;
    while (harness.exitCode === null && journalLines(folder) < kill.lines) await turn(2);
    await turn(kill.delayMs);
    if (kill.victims === 'harness and watchdog') watchdogsOf(folder).forEach(killNow);
    harness.kill('SIGKILL');
    await exit;
    // The watchdog ends when it has done its work; nodes that are not stopped end by themselves.
    if (kill.victims === 'harness') while (watchdogsOf(folder).length > 0) await turn(20);
    const clean = spawnSync(process.execPath, [bin, 'clean'], { encoding: 'utf8', env });
    const left = clean.status === 0 ? [] : [`clean ended with ${clean.status}: ${clean.stderr}`];
    // What it killed is gone at once; what ends by itself does so within moments.
    for (let i = 0; i < 500 && processesOf(folder).length > 0; i++) await turn(20);
    return [
      ...left,
      ...processesOf(folder).map((p) => `process ${p}: ${commandOf(p)}`),
      ...filesIn(folder).map((file) => `file ${file}`),
      ...(await onEngine(pid)),
    ];
  } finally {
    processesOf(folder).forEach(killNow);
    rmSync(folder, { recursive: true, force: true });
  }
}

function journalLines(folder: string): number {
  try {
    const [name] = readdirSync(join(folder, 'antlion')).filter((n) => n.endsWith('.jsonl'));
    if (name === undefined) return 0;
    return readFileSync(join(folder, 'antlion', name), 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}

function watchdogsOf(folder: string): number[] {
  return processesOf(folder).filter((pid) => commandOf(pid).includes('watchdog-main'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** All but the folder of journals, and its files that were not named yet: those hold nothing. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name !== 'antlion' && !name.endsWith('.jsonl.new') && name !== 'node-compile-cache',
  );
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

const turn = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
