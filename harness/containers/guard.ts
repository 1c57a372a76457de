/** What a run makes on the engine is removed even when the harness is killed: by the watchdog. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openJournal } from '../control/journal.ts';
import { startWatchdog } from '../control/watchdog.ts';

export interface Guard {
  /** The run is over; what `isRemoved` denies stays in the journal, for `antlion clean`. */
  end(isRemoved: boolean): Promise<void>;
}

/** Writes down how to remove the run, before there is anything of it. */
export async function guardRun(run: string): Promise<Guard> {
  const journal = openJournal();
  const entry = journal.begin({ kind: 'command', argv: removalOf(run) });
  const watchdog = await startWatchdog(journal);
  return {
    async end(isRemoved) {
      if (isRemoved) journal.done(entry);
      journal.close();
      await watchdog.close();
    },
  };
}

function removalOf(run: string): string[] {
  // As this file runs, so runs the other: compiled by plain node, or its source by the same loader.
  const kind = extname(import.meta.url);
  const main = fileURLToPath(new URL(`./remove-main${kind}`, import.meta.url));
  return [process.execPath, ...(kind === '.ts' ? process.execArgv : []), main, run];
}
