/**
 * What a run makes on this machine is removed even when the harness is killed: by the watchdog, from
 * the undo journal. Nodes end by themselves when the harness does; a stopped one (SIGSTOP) cannot.
 */
import type { Journal } from '../cleanup/journal.ts';
import { identify } from '../cleanup/process-id.ts';
import { makeRunFolder, openCleanup } from '../cleanup/session.ts';
import type { CleanupSession } from '../cleanup/session.ts';

export class ProcessCleanup {
  readonly folder: string;
  private readonly session: CleanupSession;
  private readonly folderEntry: number;
  /** Of each process that runs, by number. */
  private readonly processes = new Map<number, number>();

  private constructor(session: CleanupSession, folder: { path: string; entry: number }) {
    this.session = session;
    this.folder = folder.path;
    this.folderEntry = folder.entry;
  }

  /** Makes the run's folder. Throws E_FOLDER. */
  static async open(): Promise<ProcessCleanup> {
    const session = await openCleanup();
    try {
      return new ProcessCleanup(session, makeRunFolder(session.journal, 'run'));
    } catch (e) {
      await session[Symbol.asyncDispose]();
      throw e;
    }
  }

  get journal(): Journal {
    return this.session.journal;
  }

  addProcess(pid: number): void {
    const process = identify(pid);
    // Null: it is gone already.
    if (process === null) return;
    this.processes.set(pid, this.session.journal.begin({ kind: 'kill', process }));
  }

  removeProcess(pid: number): void {
    const entry = this.processes.get(pid);
    if (entry !== undefined) this.session.journal.done(entry);
    this.processes.delete(pid);
  }

  /** The run is over; processes that were not removed stay in the journal, for `antlion clean`. */
  async end(isFolderDone: boolean): Promise<void> {
    if (isFolderDone) this.session.journal.done(this.folderEntry);
    await this.session[Symbol.asyncDispose]();
  }
}
