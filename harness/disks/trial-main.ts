/** Mounts a disk, has something written with and without a sync, and loses power: ends with 0 when that is seen. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Disk } from './disk.ts';

const run = promisify(execFile);
const script = 'cd "$1"; echo a >synced; sync synced; echo b >>synced; echo c >unsynced';

let code = 0;
try {
  // Mounts are this process' own, so that nothing is left of it.
  await run('mount', ['-t', 'tmpfs', 'tmpfs', tmpdir()]);
  const [over, behind] = [join(tmpdir(), 'over'), join(tmpdir(), 'behind')];
  for (const path of [over, behind]) mkdirSync(path);
  const disk = await Disk.mount(over, behind);
  await run('sh', ['-euc', script, 'sh', over]);
  disk.losePower();
  const left = ['synced', 'unsynced'].map((name) => readFileSync(join(behind, name), 'utf8'));
  // Whoever waits for the kernel in a thread does not end before that.
  await run('umount', ['-l', over]);
  if (left.join('|') !== 'a\n|') throw new Error(`a power loss left ${JSON.stringify(left)}`);
} catch (e) {
  process.stderr.write(`${(e as Error).message}\n`);
  code = 1;
}
process.exit(code);
