/**
 * How a command ends before its work is done: by a signal, because nobody can read what it says, or
 * by a bug. The first reason asks the work to stop and heal, and gives the exit code; a second signal
 * leaves at once.
 */
import { HarnessError, exitCodes } from '../core/errors.ts';
import { onOutputFailure, warn } from '../report/output.ts';
import type { OutputFailure } from '../report/output.ts';
import { linked } from './error-link.ts';
import { clearProgress } from '../report/progress.ts';

export interface Interrupt {
  /** Aborted when the work must stop. */
  readonly signal: AbortSignal;
  /** The exit code that this means, or null as long as nothing has come. */
  readonly exitCode: number | null;
}

/** What an interrupted piece of work throws. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const stopped = new Interrupted('the run was stopped.');

/** One process is one command: there is one of these. */
const controller = new AbortController();
let exitCode: number | null = null;
/** Pieces of work that listen to the signal, and clean up after themselves. */
let working = 0;

/** After a bug the usual cleaning gets this long; what it leaves is the watchdog's. */
const cleaningMsMax = 15_000;

const interrupt: Interrupt = {
  signal: controller.signal,
  get exitCode() {
    return exitCode;
  },
};

const signals = [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', exitCodes.terminated],
  ['SIGHUP', exitCodes.hangup],
] as const;

/** Does `work`; once it was stopped, its exit code is the reason's, whatever it returns or throws. */
export async function withInterrupt(
  work: (interrupt: Interrupt) => Promise<number>,
): Promise<number> {
  const handlers = signals.map(([name, code]) => [name, () => onSignal(code)] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  working += 1;
  try {
    const code = await work(interrupt);
    return exitCode ?? code;
  } catch (error) {
    if (exitCode === null) throw error;
    if (error !== stopped) warn(messageOf(error));
    else if (stopped.message !== 'the run was stopped.') warn(stopped.message);
    return exitCode;
  } finally {
    working -= 1;
    for (const [name, handler] of handlers) process.off(name, handler);
  }
}

/** Gives the exit code, unless something worse has come that takes its place. */
export function endWith(code: number): void {
  process.exitCode = exitCode ?? code;
}

/** To be called once, first: from then on nothing ends this process with Node's own exit code 1. */
export function guardProcess(): void {
  onOutputFailure(onFailedOutput);
  // A rejection that nobody handles arrives here as well.
  process.on('uncaughtException', (error) => {
    clearProgress();
    warn(messageOf(error));
    stop(error instanceof HarnessError ? error.exitCode : exitCodes.internal);
  });
}

/** One message for a person; a bug comes with its stack. */
export function messageOf(error: unknown): string {
  if (error instanceof HarnessError) return linked(error.message);
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `internal error, please report it:\n${text}`;
}

function onSignal(code: number): void {
  clearProgress();
  if (exitCode !== null) {
    warn('left at once; remove what may be left with: antlion clean');
    process.exit(code);
  }
  warn('stopping: healing and cleaning up …');
  stop(code);
}

function onFailedOutput({ stream, code }: OutputFailure): void {
  if (code === 'EPIPE') {
    stop(exitCodes.closedPipe);
    return;
  }
  if (stream === 'stdout') {
    const e = new HarnessError(
      'E_OUTPUT',
      `stdout cannot be written (${code}), so the result cannot be told. Free some space or write elsewhere.`,
    );
    warn(e.message);
  }
  stop(exitCodes.output);
}

/** Work that listens stops by itself; without any there is nothing to clean up. */
function stop(code: number): void {
  exitCode ??= code;
  process.exitCode = exitCode;
  if (working === 0) process.exit(exitCode);
  controller.abort(stopped);
  setTimeout(() => process.exit(exitCode ?? code), cleaningMsMax).unref();
}
