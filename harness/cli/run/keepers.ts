/** Whoever keeps something of each run: pages, artifacts, traces. Opened and tried before a run is spent. */
import type { ScenarioRun } from '../../runner/run-scenario.ts';
import { Artifacts } from './artifacts.ts';
import { openHistoryFolder } from '../files/history-file.ts';
import { Traces } from '../otlp/traces.ts';
import { ReportBook } from '../report/report-book.ts';
import type { JudgedGround } from '../report/report-book.ts';
import type { RunReport } from './run-once.ts';

interface Keeper {
  /** `result` is null of a run that was stopped before it was judged. */
  add(g: JudgedGround, report: RunReport, result: ScenarioRun | null): Promise<void>;
}

interface KeeperFlags {
  readonly history?: string | undefined;
  readonly report?: string | undefined;
  readonly artifacts?: string | undefined;
  readonly otlp?: string | undefined;
}

export class Keepers {
  /** Each writes its page at the end. */
  readonly books: readonly ReportBook[];
  private readonly all: readonly Keeper[];

  private constructor(books: readonly ReportBook[], others: readonly Keeper[]) {
    this.books = books;
    this.all = [...books, ...others];
  }

  /** `pages` are folders besides that of `--report`. Throws E_FOLDER, E_ENDPOINT and E_USAGE. */
  static async open(flags: KeeperFlags, pages: readonly string[]): Promise<Keepers> {
    const { history, report, artifacts, otlp } = flags;
    if (history !== undefined) openHistoryFolder(history);
    const folders = [...(report === undefined ? [] : [report]), ...pages];
    return new Keepers(
      folders.map((folder) => new ReportBook(folder)),
      [
        ...(artifacts === undefined ? [] : [new Artifacts(artifacts)]),
        ...(otlp === undefined ? [] : [await Traces.open(otlp)]),
      ],
    );
  }

  async add(g: JudgedGround, report: RunReport, result: ScenarioRun | null): Promise<void> {
    for (const keeper of this.all) await keeper.add(g, report, result);
  }
}
