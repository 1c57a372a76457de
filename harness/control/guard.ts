/** An undo journal with the watchdog over it: what it holds is undone even when the harness is killed. */
import { openJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { startWatchdog } from './watchdog.ts';

export interface Guard extends AsyncDisposable {
  readonly journal: Journal;
}

/** Dispose of it last: what is still open then stays in the journal, for `antlion clean`. */
export async function openGuard(): Promise<Guard> {
  const journal = openJournal();
  const watchdog = await startWatchdog(journal);
  return {
    journal,
    async [Symbol.asyncDispose]() {
      journal.close();
      await watchdog.close();
    },
  };
}
