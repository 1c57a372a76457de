import { HarnessError } from '../../../harness/core/errors.ts';
import { suggestion } from '../../../harness/core/names.ts';

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

/** The one of a demonstration's own stories that was asked for; all where none was. Throws E_USAGE for one that is not among them. */
export function storiesAsked(own: readonly string[], scenario: string | null): readonly string[] {
  if (scenario === null) return own;
  if (own.includes(scenario)) return [scenario];
  throw new HarnessError(
    'E_USAGE',
    `no story of this one is called ${scenario}, ${suggestion(scenario, own)} Name one of them, or none for all.`,
  );
}

export type Say = (isOk: boolean, what: string, detail?: string) => void;
