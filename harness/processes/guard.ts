/**
 * What a run makes on this machine is removed even when the harness is killed: by the watchdog, from
 * the undo journal. Nodes end by themselves when the harness does; a stopped one (SIGSTOP) cannot.
 */
import { openJournal } from '../control/journal.ts';
import type { Journal } from '../control/journal.ts';
import { identify } from '../control/process-id.ts';
import { startWatchdog } from '../control/watchdog.ts';
import type { Watchdog } from '../control/watchdog.ts';

export class Guard {
  private readonly journal: Journal;
  private readonly watchdog: Watchdog;
  /** Of each process that runs, by number. */
  private readonly processes = new Map<number, number>();
  private folder: number | null = null;

  private constructor(journal: Journal, watchdog: Watchdog) {
    this.journal = journal;
    this.watchdog = watchdog;
  }

  static async open(): Promise<Guard> {
    const journal = openJournal();
    return new Guard(journal, await startWatchdog(journal));
  }

  /** Call it before the folder is filled. */
  addFolder(path: string): void {
    this.folder = this.journal.begin({ kind: 'remove-folder', path });
  }

  addProcess(pid: number): void {
    const process = identify(pid);
    // Null: it is gone already.
    if (process !== null) this.processes.set(pid, this.journal.begin({ kind: 'kill', process }));
  }

  removeProcess(pid: number): void {
    const entry = this.processes.get(pid);
    if (entry !== undefined) this.journal.done(entry);
    this.processes.delete(pid);
  }

  /** The run is over; processes that were not removed stay in the journal, for `antlion clean`. */
  async end(isFolderDone: boolean): Promise<void> {
    if (this.folder !== null && isFolderDone) this.journal.done(this.folder);
    this.journal.close();
    await this.watchdog.close();
  }
}
