/**
 * Ends a run of the command line, its watchdog or both at a drawn moment by a drawn signal, and looks at what is
 * left on this machine and on the engine: with the watchdog alive after that has gone, else after `antlion clean`.
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
  readonly victims: (typeof victims)[number];
  readonly signal: (typeof signals)[number];
  /** The kill comes once the journal has so many lines, 0 for none, and so long afterwards. */
  readonly lines: number;
  readonly delayMs: number;
}

const victims = ['harness', 'harness and watchdog', 'watchdog'] as const;
const signals = ['SIGKILL', 'SIGTERM', 'SIGINT'] as const;
const scenarios = ['minority-partition', 'member-pause', 'leader-crash'];

/** The `i`th kill of `seed`: moments from the first file on to the middle of the run. */
export function drawKill(environment: Kill['environment'], seed: number, i: number): Kill {
  const prng = new Prng(seed).fork(`kill ${i}`);
  return {
    environment,
    scenario: scenarios[prng.below(scenarios.length)] ?? '',
    // Each signal meets each of them in turn; without its watchdog a run goes on to its end, which takes long.
    victims: i % 9 === 8 ? 'watchdog' : (victims[Math.floor(i / 3) % 2] ?? 'harness'),
    signal: signals[i % 3] ?? 'SIGKILL',
    // The journal of a run of containers has two lines; what comes after is drawn in time.
    lines: environment === 'processes' ? prng.below(7) : prng.below(4) === 0 ? 0 : 2,
    delayMs: prng.below(environment === 'processes' ? 4_000 : 15_000),
  };
}

interface AfterKill {
  /** What is left, and what else is wrong, in words; empty when all is well. */
  readonly left: readonly string[];
  /** From the signal to the end of the run, ms. */
  readonly tookMs: number;
}

/** `onEngine` lists what a harness left there. */
export async function afterKill(
  kill: Kill,
  onEngine: (pid: number) => Promise<readonly string[]>,
): Promise<AfterKill> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-test-'));
  const env = { ...process.env, TMPDIR: folder, XDG_STATE_HOME: folder, NO_COLOR: '1' };
  try {
    const args = [bin, 'run', kill.scenario, '--env', kill.environment];
    const harness = spawn(process.execPath, args, { stdio: 'ignore', env });
    const exit = once(harness, 'exit');
    const pid = harness.pid ?? 0;
    while (harness.exitCode === null && journalLines(folder) < kill.lines) await turn(2);
    await turn(kill.delayMs);
    const sentMs = performance.now();
    const hadEnded = harness.exitCode !== null;
    if (kill.victims !== 'harness') watchdogsOf(folder).forEach((p) => send(p, kill.signal));
    if (kill.victims !== 'watchdog') harness.kill(kill.signal);
    await exit;
    const tookMs = performance.now() - sentMs;
    // The watchdog ends when it has done its work; nodes that are not stopped end by themselves.
    if (kill.victims === 'harness') while (watchdogsOf(folder).length > 0) await turn(20);
    const clean = spawnSync(process.execPath, [bin, 'clean'], { encoding: 'utf8', env });
    const left = clean.status === 0 ? [] : [`clean ended with ${clean.status}: ${clean.stderr}`];
    const code = hadEnded ? null : wrongCode(kill, harness.exitCode);
    if (code !== null) left.push(code);
    // What it killed is gone at once; what ends by itself does so within moments.
    for (let i = 0; i < 500 && processesOf(folder).length > 0; i++) await turn(20);
    left.push(
      ...processesOf(folder).map((p) => `process ${p}: ${commandOf(p)}`),
      ...filesIn(folder).map((file) => `file ${file}`),
      ...(await onEngine(pid)),
    );
    return { left, tookMs };
  } finally {
    processesOf(folder).forEach((p) => send(p, 'SIGKILL'));
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

/** A run that was ended is never said to have held, or to be violated; one that went on says what it found. */
function wrongCode({ victims: whom, signal }: Kill, code: number | null): string | null {
  // A signal that came before anybody listened for it ends the process itself.
  const right =
    whom === 'watchdog'
      ? [0, 2]
      : { SIGKILL: [null], SIGTERM: [143, null], SIGINT: [130, null] }[signal];
  return right.includes(code) ? null : `${signal} of ${whom}: the run ended with ${code}`;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone.
  }
}

const turn = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
