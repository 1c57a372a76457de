/** What files of ours meet on a disk, whatever the disk says of itself. */
import { open, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const name = '.antlion-sync';

/** One sync: how long it really takes. */
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

const beginTries = 5;
let trials = 0;
const halves = ['a'.repeat(64), 'b'.repeat(64)] as const;

/** Can a file be read in `folder` that was written there before? Each trial opens it anew: nothing is kept in between. */
export class ReadTrial {
  private readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** To be called while the disk is sound. */
  static async begin(folder: string): Promise<ReadTrial> {
    const trial = new ReadTrial(join(folder, '.antlion-read'));
    // A loss of power takes what was not synced, also just now.
    for (let tries = 0; tries < beginTries && !(await trial.isRead()); tries++) {
      await writeFile(trial.path, halves[0], { flush: true });
    }
    return trial;
  }

  async isRead(): Promise<boolean> {
    return (await readFile(this.path, 'latin1').catch(() => '')) === halves[0];
  }

  async end(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

/**
 * Writes two halves of a file in `folder`: does each lie where it was written? Null: nobody can tell, as it cannot be
 * written or read now.
 */
export async function isInPlace(folder: string): Promise<boolean | null> {
  // Several may look at once.
  trials += 1;
  const path = join(folder, `.antlion-place-${trials}`);
  try {
    const file = await open(path, 'w');
    try {
      for (const half of halves) await file.write(half);
    } finally {
      await file.close();
    }
    return (await readFile(path, 'latin1')) === halves.join('');
  } catch {
    return null;
  } finally {
    await rm(path, { force: true });
  }
}
