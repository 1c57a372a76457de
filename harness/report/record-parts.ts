/** What several records of `--json` have in common. */
import { z } from 'zod';

export const schemaVersion = 1;

export const verdict = z.enum(['holds', 'violated', 'unknown']);
export const count = z.int().nonnegative();
export const head = { schemaVersion: z.literal(schemaVersion) };
/**
 * Of the machine's clock. Files of `--reporter` do without it, so that two runs of the same are the same
 * file; on stdout it is always there.
 */
export const elapsedMs = count.optional();

export const promise = z.strictObject({
  id: z.string(),
  /** Null for `not-vacuous`, which is no promise of the system: did the run prove anything? */
  claim: z.string().nullable(),
  verdict,
  /** Holds: what was checked. Unknown: what was missing, or how far the search got. */
  basis: z.string().nullable(),
  /** Violated: the facts that contradict each other, a sentence each. */
  sentences: z.array(z.string()),
});

export const counterexample = z.strictObject({
  promise: z.string(),
  claim: z.string(),
  sentences: z.array(z.string()),
  steps: z.array(z.string()),
  /** How it was shrunk, or why not. */
  note: z.string(),
  token: z.string(),
  /** The command that shows it again. */
  replay: z.string(),
});

export const figure = z.strictObject({
  metric: z.string(),
  labels: z.record(z.string(), z.string()),
  count,
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

export const ran = {
  environment: z.string(),
  verdict,
  promises: z.array(promise),
  /** Promises of the scenario that the system does not make: not judged. */
  notPromised: z.array(z.string()),
  /** Of the workload: how many were invoked, and how they ended (`info`: nobody knows). */
  operations: z.strictObject({ invoked: count, ok: count, fail: count, info: count }),
  /** `effective` met something (a message, a process). A skipped one cannot be done here. */
  faults: z.strictObject({
    planned: count,
    effective: count,
    skipped: z.array(z.strictObject({ fault: count, what: z.string(), reason: z.string() })),
  }),
  /** Hex digest over every event; null outside simulation. */
  traceHash: z.string().nullable(),
  /** What the scenario's claim was not held against here, a sentence each. */
  narrowed: z.array(z.string()),
  counterexample: counterexample.nullable(),
  /** Histograms of the run, in seconds, by metric and labels; percentiles are samples. */
  figures: z.array(figure),
  /** What could not be healed or removed. */
  leftovers: z.array(z.string()),
  /** Anything else that a reader should know. */
  remarks: z.array(z.string()),
  /** The file that `--history` wrote. */
  history: z.string().nullable(),
  elapsedMs,
};

export const planned = z.strictObject({
  name: z.string(),
  claim: z.string(),
  /** What each run of it is judged by. */
  promises: z.array(z.string()),
  /** The file that it comes from, relative to the current folder; null: antlion's own. */
  from: z.string().nullable(),
  /** Runs it again; wants ` --seed N`. */
  again: z.string(),
  /** Only these (`--last-failed`); null: `runs` of them from `seed` on. */
  seeds: z.array(count).nullable(),
  /** Why none of its runs takes place here; null: they do. */
  skipped: z.string().nullable(),
});

export const coverage = z.strictObject({
  /** Of what a suite must come across: ids of what this run could have, and of what it has. */
  possible: z.array(z.string()),
  reached: z.array(z.string()),
  /** Place and side of a state; place and kind of fault; situations in which a fault took effect. */
  seen: z.array(z.tuple([z.string(), z.string()])),
  kinds: z.array(z.tuple([z.string(), z.string()])),
  tried: z.array(z.string()),
});
