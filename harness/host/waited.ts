/** How long this process was kept waiting for a processor: of a stall, what is not its own doing. */
import { openSync, readSync } from 'node:fs';

/** Since the start of its main thread, µs; 0 where the kernel does not tell (proc(5), `schedstat`). */
export function waitedUs(): number {
  if (isUnknown) return 0;
  try {
    // Kept open, and read by one call: this is asked many times a second.
    file ??= openSync('/proc/self/schedstat', 'r');
    // Nanoseconds on a processor, nanoseconds ready to run, number of turns.
    const text = bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0));
    return Math.floor(Number(text.split(' ')[1]) / 1_000);
  } catch {
    isUnknown = true;
    return 0;
  }
}

let isUnknown = false;
let file: number | undefined;
const bytes = Buffer.alloc(100);
