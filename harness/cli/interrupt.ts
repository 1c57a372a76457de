/** Ctrl-C and SIGTERM: the first asks the run to stop and heal, the second leaves at once. */
import { exitCodes } from '../core/errors.ts';

interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
  /** The exit code of the signal that came, or null. */
  readonly exitCode: number | null;
}

/** Does `work`; what it throws because of a signal is that signal's exit code. */
export async function withInterrupt(
  work: (interrupt: Interrupt) => Promise<number>,
): Promise<number> {
  using interrupt = onInterrupt();
  try {
    const code = await work(interrupt);
    return interrupt.exitCode ?? code;
  } catch (error) {
    if (interrupt.exitCode === null) throw error;
    return interrupt.exitCode;
  }
}

function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let exitCode: number | null = null;
  const stop = (code: number) => (): void => {
    if (exitCode !== null) {
      process.stderr.write('left at once; remove what may be left with: antlion clean\n');
      process.exit(code);
    }
    exitCode = code;
    process.stderr.write('stopping: healing faults and taking the cluster down …\n');
    controller.abort();
  };
  const onInt = stop(exitCodes.interrupted);
  const onTerm = stop(exitCodes.terminated);
  process.on('SIGINT', onInt);
  process.on('SIGTERM', onTerm);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]() {
      process.off('SIGINT', onInt);
      process.off('SIGTERM', onTerm);
    },
  };
}
