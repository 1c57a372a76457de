/** What the machine says of a process and of a folder. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

export const mib = 1_024 * 1_024;

/** Memory that a process holds now, bytes. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) * 1_024;
}

/** Time that a process, all its threads together, has spent on a processor, µs. In steps of 10 ms. */
export async function cpuUsOf(pid: number): Promise<number> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

export async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    // One may go meanwhile: it is forgotten.
    bytes += await stat(join(folder, name)).then(
      (s) => s.size,
      () => 0,
    );
  }
  return bytes;
}

/** Asks every 50 ms. False: it was not so within `ms`. */
export async function until(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
