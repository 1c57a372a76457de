/**
 * The one place that writes to stdout and stderr.
 *
 * A reader that went away (EPIPE, as of `| head -1`) is no error of ours, a disk that is full is one,
 * and neither may end the process with Node's own exit code 1, which means "violated" here. Whoever
 * runs the command says by `onOutputFailure` what is to happen; what is written afterwards is lost.
 */
export interface OutputFailure {
  readonly stream: 'stdout' | 'stderr';
  /** As the system calls it: `EPIPE`, `ENOSPC`, `EIO`. */
  readonly code: string;
}

let isFailed = false;
let report: (failure: OutputFailure) => void = () => undefined;
let before: () => void = () => undefined;

/** Calls `f` once, for the first write that fails. Called before anything is written. */
export function onOutputFailure(f: (failure: OutputFailure) => void): void {
  report = f;
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].on('error', (error) => failed(stream, error));
  }
}

/** Calls `f` before each thing that is said: what is drawn on the terminal must make room. */
export function beforeSaid(f: () => void): void {
  before = f;
}

/** What the command has to say. Each call ends with a new line of its own accord. */
export function say(text: string): void {
  before();
  write('stdout', `${text}\n`);
}

/** Several lines; nothing at all when there are none. */
export function sayLines(lines: readonly string[]): void {
  if (lines.length > 0) say(lines.join('\n'));
}

/** One object on a line of its own. */
export function sayJson(record: object): void {
  say(JSON.stringify(record));
}

/** Beside the result: what is wrong, what is going on. */
export function warn(text: string): void {
  before();
  write('stderr', `${text}\n`);
}

/** As it is, without a new line: for lines that are drawn again. */
export function writeRaw(stream: 'stdout' | 'stderr', text: string): void {
  write(stream, text);
}

/** What is known of the terminal, if stderr is one; null elsewhere. */
export function terminalWidth(stream: 'stdout' | 'stderr'): number | null {
  const { isTTY, columns } = process[stream];
  // A terminal that does not know its width says 0.
  return isTTY ? (columns > 0 ? columns : 80) : null;
}

/** Rows of the terminal; 24 where it does not know. */
export function terminalHeight(stream: 'stdout' | 'stderr'): number {
  const { rows } = process[stream];
  return rows > 0 ? rows : 24;
}

function write(stream: 'stdout' | 'stderr', text: string): void {
  if (isFailed) return;
  try {
    process[stream].write(text);
  } catch (error) {
    // Files are written at once, and throw.
    failed(stream, error);
  }
}

function failed(stream: 'stdout' | 'stderr', error: unknown): void {
  if (isFailed) return;
  // A reader of one stream may still be there for the other: only that may still speak.
  isFailed = stream === 'stderr';
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const first = report;
  report = () => undefined;
  first({ stream, code });
}
