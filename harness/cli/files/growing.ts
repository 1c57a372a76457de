/** The lines of a file while it grows, or of a pipe, until they end. */
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessError } from '../../core/errors.ts';

export interface GrowingOptions {
  readonly signal: AbortSignal;
  /** Ends when nothing was written for so long, in milliseconds; null: never. */
  readonly idleMs: number | null;
}

export type Ending = 'end' | 'idle' | 'stopped';

const pieceBytes = 1 << 18;
/** How soon new bytes are seen, in milliseconds. */
const pollMs = 50;

/**
 * Calls `take` with each whole line, and with what stands after the last one. Throws E_HISTORY for a file
 * that cannot be read, or that became shorter: what was judged is not in it any more.
 */
export async function eachGrowingLine(
  file: string,
  options: GrowingOptions,
  take: (line: string) => void,
  rest: (line: string) => void,
): Promise<Ending> {
  const decoder = new TextDecoder();
  let partial = '';
  const feed = (bytes: Uint8Array): void => {
    const lines = (partial + decoder.decode(bytes, { stream: true })).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) take(line);
  };
  const read = file === '-' ? readPipe : readFile;
  const ending = await read(file, options, feed);
  rest(partial);
  return ending;
}

async function readPipe(
  _: string,
  { signal, idleMs }: GrowingOptions,
  feed: (bytes: Uint8Array) => void,
): Promise<Ending> {
  const { stdin } = process;
  let ending: Ending = 'end';
  const stop = (why: Ending): void => {
    ending = why;
    stdin.destroy();
  };
  const onAbort = (): void => stop('stopped');
  let timer = idleMs === null ? undefined : setTimeout(stop, idleMs, 'idle');
  signal.addEventListener('abort', onAbort);
  try {
    for await (const bytes of stdin) {
      timer?.refresh();
      feed(bytes as Uint8Array);
    }
  } catch (error) {
    // What was destroyed on purpose has ended.
    if (ending === 'end') throw error;
  } finally {
    clearTimeout(timer);
    timer = undefined;
    signal.removeEventListener('abort', onAbort);
  }
  return ending;
}

async function readFile(
  file: string,
  { signal, idleMs }: GrowingOptions,
  feed: (bytes: Uint8Array) => void,
): Promise<Ending> {
  await using handle = await open(file, 'r').catch((error: unknown) => {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return unreadable(file, `cannot be read (${code})`);
  });
  const piece = new Uint8Array(pieceBytes);
  let at = 0;
  let since = performance.now();
  while (!signal.aborted) {
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
    if (bytesRead > 0) {
      at += bytesRead;
      since = performance.now();
      feed(piece.subarray(0, bytesRead));
      continue;
    }
    if ((await handle.stat()).size < at) unreadable(file, 'became shorter while it was followed');
    if (idleMs !== null && performance.now() - since >= idleMs) return 'idle';
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return 'stopped';
}

function unreadable(file: string, why: string): never {
  throw new HarnessError(
    'E_HISTORY',
    `${file} ${why}, wanted a file of operations that grows. Pass the path of one.`,
  );
}
