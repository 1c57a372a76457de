/** A file, or standard input, piece by piece. */
import { closeSync, openSync, readSync } from 'node:fs';
import { HarnessError } from '../../core/errors.ts';

/** Read at once. */
const pieceBytes = 1 << 20;

/** As `readSync`, of a standard input that says "not yet" as well. */
function readBlocking(fd: number, piece: Uint8Array): number {
  for (;;) {
    try {
      return readSync(fd, piece);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againMs);
    }
  }
}

const againMs = 5;

/** Each piece is overwritten by the next. `-` is standard input. */
export function* piecesOf(file: string): Generator<Uint8Array> {
  let opened: number | null = null;
  try {
    const from = file === '-' ? 0 : (opened = openSync(file, 'r'));
    const piece = new Uint8Array(pieceBytes);
    for (;;) {
      const bytes = readBlocking(from, piece);
      if (bytes === 0) return;
      yield piece.subarray(0, bytes);
    }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new HarnessError(
      'E_HISTORY',
      `${file} cannot be read (${code}), wanted a file of operations. Pass the path of one.`,
    );
  } finally {
    if (opened !== null) closeSync(opened);
  }
}
