/** What the harness asks of the process that holds the disks of a run, one message a question. */
import type { DiskCounts, DiskFaults } from './disk.ts';

export type DiskQuestion =
  | { readonly do: 'set'; readonly at: number; readonly faults: DiskFaults }
  | { readonly do: 'counts'; readonly at: number }
  /** Syncs that are under way fail at once. */
  | { readonly do: 'release'; readonly at: number }
  | { readonly do: 'lose-power'; readonly at: number };

export type DiskValue = boolean | DiskCounts;
