/** A point in what a node does at which it is killed: between what it writes and what it says. */
/**
 * A message that leaves the node; a record that it begins to write; or one that is on its disk for good while what waits for
 * that has not left.
 */
export interface CrashPoint {
  readonly of: 'message' | 'record' | 'synced';
  /** What it says in these fields; `kind` among them, or it may be any. */
  readonly like: Readonly<Record<string, string | number | boolean>>;
  /** The how many-th of the interval, 1 or more. */
  readonly nth: number;
  /** It starts again after so long, µs; at the end of the fault at the latest. */
  readonly downUs: number;
}

/** Is this message or record one of those that are meant? */
export function isAt({ like }: CrashPoint, said: object): boolean {
  return Object.entries(like).every(([name, value]) => said[name as keyof typeof said] === value);
}
