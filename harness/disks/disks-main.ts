/**
 * The process that holds the disks of a run: `disks-main BACKING FOLDER…`, with mounts of its own. Each folder gets a
 * disk over it that only processes in here see. It ends with the harness, and the disks with it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { serveHelper } from '../namespaces/helper-main.ts';
import { Disk } from './disk.ts';
import type { DiskQuestion, DiskValue } from './protocol.ts';

const disks: Disk[] = [];
const [backing = '', ...folders] = process.argv.slice(2);

const { tellReady, tellFailed } = serveHelper<DiskQuestion, DiskValue>({
  answer(question) {
    const disk = disks[question.at];
    if (disk === undefined) throw new Error(`there is no disk ${question.at}`);
    return Promise.resolve(doneTo(disk, question));
  },
});
try {
  for (const [at, folder] of folders.entries()) {
    const behind = join(backing, String(at));
    mkdirSync(behind, { recursive: true });
    disks.push(await Disk.mount(folder, behind));
  }
  tellReady(true);
} catch (e) {
  tellFailed(e);
}

function doneTo(disk: Disk, question: DiskQuestion): DiskValue {
  switch (question.do) {
    case 'set':
      disk.set(question.faults);
      return true;
    case 'counts':
      return disk.counts();
    case 'release':
      disk.release();
      return true;
    case 'lose-power':
      disk.losePower();
      return true;
  }
}
