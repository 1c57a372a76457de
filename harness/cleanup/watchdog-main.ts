/** The program of the watchdog: `watchdog-main JOURNAL`, see `watchdog.ts`. Exits with 0. */
import { readJournal } from './journal-file.ts';
import { isAlive } from './process-id.ts';
import { recover } from './recover.ts';

/** How long a harness may take to die after its pipe has ended, and how often undoing is tried. */
const dyingMs = 10_000;
const attempts = 5;
const pauseMs = 1_000;

const pause = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

async function watch(journal: string): Promise<void> {
  // A word means that the harness goes in good order; an end without one, that it died.
  process.stdin.on('data', () => process.exit(0));
  // A pipe whose other end died may also end by an error.
  await new Promise<void>((resolve) => {
    process.stdin.once('close', resolve).once('error', () => resolve());
  });
  const { owner } = readJournal(journal);
  for (let waitedMs = 0; owner !== null && isAlive(owner); waitedMs += 10) {
    // The pipe is gone and the harness lives on: then it looks after its things itself.
    if (waitedMs >= dyingMs) return;
    await pause(10);
  }
  for (let attempt = 1; (await recover(journal)).left.length > 0; attempt++) {
    // What is left stays in the journal, for `antlion clean`.
    if (attempt === attempts) return;
    await pause(pauseMs);
  }
}

// Signals that end a group of processes must not end the one that cleans up after them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
await watch(process.argv[2] ?? '');
