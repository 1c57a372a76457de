/** Shows a run in real time while it goes on. */
import type { Environment } from '../../core/environment.ts';
import type { HistoryEvent } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import type { System } from '../../core/system.ts';
import type { Picture, Progress } from '../../report/progress.ts';
import { runFrame, runLine } from './run-frame.ts';
import { RunBook } from './run-scene.ts';

export interface Live {
  readonly progress: Progress;
  /** What the run is called: `key-value seed 1`. */
  readonly title: string;
}

/** From its first event on, until `progress` shows something else. To be given the events of the run as they come. */
export function watchRun(
  { progress, title }: Live,
  environment: Environment,
  { facets = [] }: System,
  drawn: Program,
): (e: HistoryEvent) => void {
  // What runs is what is shown: members may have other names here.
  const program = environment.fit?.(drawn).program ?? drawn;
  const nowUs = (): number => performance.now() * 1_000;
  progress.update(`${title}: starting …`);
  const book = new RunBook(program, { title, environment: environment.name, facets, nowUs });
  const picture: Picture = {
    lines: (columns, rows) => runFrame(book.scene(), columns, rows),
    line: () => runLine(book.scene()),
  };
  let isShown = false;
  return (e) => {
    book.event(e);
    // Until then there is nothing to see, and images that are built may want to say so.
    if (!isShown) progress.watch(picture);
    isShown = true;
  };
}
