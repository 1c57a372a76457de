/** One line of `npm run prove`: a long demonstration, with its figures. */
export interface Demonstration {
  /** What it shows, and its own flags; one line of `npm run prove -- --help`. */
  readonly says: string;
  /** Needs much time, or more of the machine than itself: runs only when it is named. */
  readonly isLong: boolean;
  run(asked: Asked): void | Promise<void>;
}

/** What was asked for on the command line, and where to tell what came of it. */
export interface Asked {
  /** A line: whether it is as promised, what was measured, and more about it. */
  readonly say: Say;
  /** So many kills, seeds or runs instead of what is usual. */
  readonly count: number | undefined;
  readonly minutes: number | undefined;
  readonly operations: number | undefined;
  readonly seed: number | undefined;
  /** Names of products; none: all that are installed. */
  readonly products: readonly string[];
  readonly scenario: string | null;
}

export type Say = (isOk: boolean, what: string, detail?: string) => void;
