/** What a run makes on the engine is removed even when the harness is killed: by the watchdog. */
import { openCleanup } from '../cleanup/session.ts';
import type { Engine } from './engine.ts';

export interface RunCleanup {
  /** The run is over; what `isRemoved` denies stays in the journal, for `antlion clean`. */
  end(isRemoved: boolean): Promise<void>;
}

/** Writes down how to remove the run, and from which engine, before there is anything of it. */
export async function openRunCleanup(engine: Engine, run: string): Promise<RunCleanup> {
  const session = await openCleanup();
  const entry = session.journal.begin({ kind: 'remove-run', engine: engine.address, run });
  return {
    async end(isRemoved) {
      if (isRemoved) session.journal.done(entry);
      await session[Symbol.asyncDispose]();
    },
  };
}
