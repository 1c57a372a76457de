/** How long this process was kept waiting for a processor: of a stall, what is not its own doing. */
import { readFileSync } from 'node:fs';

/** Since the start of its main thread, µs; 0 where the kernel does not tell (proc(5), `schedstat`). */
export function waitedUs(): number {
  if (isUnknown) return 0;
  try {
    // Nanoseconds on a processor, nanoseconds ready to run, number of turns.
    const waitedNs = Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]);
    return Math.floor(waitedNs / 1_000);
  } catch {
    isUnknown = true;
    return 0;
  }
}

let isUnknown = false;
