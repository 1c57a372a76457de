/** One sync of a file of ours on a disk: how long it really takes, whatever the disk says of itself. */
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const name = '.antlion-sync';

export class SyncTrial {
  private readonly sinceMs = performance.now();
  private doneMs: number | null = null;

  /** In `folder`, where nothing stays. A disk that refuses takes no time. */
  static begin(folder: string): SyncTrial {
    const trial = new SyncTrial();
    const done = (): void => {
      trial.doneMs = performance.now();
    };
    syncOne(join(folder, name)).then(done, done);
    return trial;
  }

  /** So far, if it has not ended. */
  get tookUs(): number {
    return Math.round(((this.doneMs ?? performance.now()) - this.sinceMs) * 1_000);
  }
}

async function syncOne(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write('x');
    await file.sync();
  } finally {
    await file.close();
    await unlink(path);
  }
}
