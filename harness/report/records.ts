/**
 * Everything that `--json` prints, one object a line, as schemas: the types of what commands write
 * are theirs, `docs/reference/output.schema.json` is made of them, and a test holds both against
 * real output. Within one `schemaVersion` fields are only added.
 */
import { z } from 'zod';
import { listRecords } from './list-records.ts';
import {
  coverage,
  count,
  counterexample,
  elapsedMs,
  head,
  planned,
  ran,
  verdict,
} from './record-parts.ts';

export const records = {
  /** `run` and `verify`, once, first, in files alone: what is to be run. */
  plan: z.strictObject({
    ...head,
    type: z.literal('plan'),
    command: z.enum(['run', 'verify']),
    environment: z.string(),
    mutant: z.string().nullable(),
    /** In this order, of each all seeds. A search for a mutant goes round them instead. */
    scenarios: z.array(planned),
    seed: count,
    runs: count,
    /** The part of it that this is; null: all of it. */
    shard: z.strictObject({ index: count, of: count }).nullable(),
    /** Its runs, by number in the plan; null: all. */
    only: z.strictObject({ from: count, to: count }).nullable(),
    /** Violated runs after which nothing more is run; null: no matter how many. */
    failuresMax: count.nullable(),
    /** What a suite should come across, and what it means. */
    sometimes: z.array(z.strictObject({ id: z.string(), claim: z.string() })),
    /** Does what is skipped make the whole unknown? */
    isSkippedUnknown: z.boolean(),
  }),
  /** `run --shard`: after each run, in files alone: what `merge` wants to know besides. */
  part: z.strictObject({
    ...head,
    type: z.literal('part'),
    scenario: z.string(),
    seed: count,
    /** Of a counterexample that was shrunk: before. Only the first of a scenario is shrunk. */
    asItHappened: counterexample.nullable(),
    /** Null: it was stopped before it was judged. */
    coverage: coverage.nullable(),
  }),
  /** `run` and `verify`: one a run. */
  run: z.strictObject({
    ...head,
    type: z.literal('run'),
    scenario: z.string(),
    seed: count,
    ...ran,
  }),
  /** `run`: a scenario that does not run in this environment. */
  skipped: z.strictObject({
    ...head,
    type: z.literal('skipped'),
    scenario: z.string(),
    environment: z.string(),
    reason: z.string(),
  }),
  /** `run` and `verify`, once, last. */
  summary: z.strictObject({
    ...head,
    type: z.literal('summary'),
    verdict,
    scenarios: z.strictObject({ holds: count, violated: count, unknown: count, skipped: count }),
    runs: count,
    operations: ran.operations,
    /** What no run came across, although its story could have. */
    neverReached: z.array(z.strictObject({ id: z.string(), claim: z.string() })),
    /** Situations of nodes in which no fault took effect. */
    neverTried: z.array(z.string()),
    isInterrupted: z.boolean(),
    /** What it was stopped by; null: a signal, or nothing. */
    stoppedBy: z.string().nullable(),
    /** Of the plan, since enough was violated or it was stopped. */
    notRun: count,
    elapsedMs,
  }),
  /** `replay`, once. */
  replay: z.strictObject({
    ...head,
    type: z.literal('replay'),
    scenario: z.string(),
    environment: z.string(),
    promise: z.string(),
    /** Unknown: no try showed it again, which proves nothing. */
    verdict: z.enum(['violated', 'unknown']),
    tries: count,
    /** Was every event as it was when it was found? Null outside simulation. */
    isSameTrace: z.boolean().nullable(),
    counterexample: counterexample.nullable(),
    remarks: z.array(z.string()),
    leftovers: z.array(z.string()),
    /** The file that `--history` wrote. */
    history: z.string().nullable(),
  }),
  /** `explain`: one a question about a service or a key. */
  explanation: z.strictObject({
    ...head,
    type: z.literal('explanation'),
    /** Of what run and moment, or of which nodes. */
    evidence: z.string(),
    /** `Service not found? back`. */
    question: z.string(),
    /** Was a cause found? `clear`: no, and all was looked at. */
    answer: z.enum(['cause', 'unknown', 'clear']),
    /** What was looked at, in order. */
    steps: z.array(
      z.strictObject({
        looked: z.string(),
        found: z.string(),
        /** `symptom`: it is so, and steps after it say why. */
        kind: z.enum(['cause', 'clear', 'unknown', 'symptom']),
        next: z.string().nullable(),
      }),
    ),
  }),
  /** `analyse`: one a figure and its labels, of all runs together. */
  figure: z.strictObject({
    ...head,
    type: z.literal('figure'),
    metric: z.string(),
    /** What it is, one sentence. */
    help: z.string(),
    labels: z.record(z.string(), z.string()),
    /** Of samples and totals: `s`, `bytes`, `share` (0 to 1), or empty for a number of things. */
    unit: z.string(),
    runs: count,
    /** Samples; of a total: 0. */
    count,
    /** Percentiles by nearest rank, each one of the samples; null for a total. */
    p50: z.number().nullable(),
    p90: z.number().nullable(),
    p99: z.number().nullable(),
    p999: z.number().nullable(),
    max: z.number().nullable(),
    /** Of a counter: the sum, and its share of the sum over all labels; else null. */
    total: z.number().nullable(),
    share: z.number().nullable(),
  }),
  /** `explore`: a state that no run before had shown. */
  state: z.strictObject({
    ...head,
    type: z.literal('state'),
    state: z.string(),
    run: count,
    elapsedMs: count,
  }),
  /** `explore`: the first violation of a promise. */
  violation: z.strictObject({
    ...head,
    type: z.literal('violation'),
    scenario: z.string(),
    run: count,
    counterexample,
    elapsedMs: count,
  }),
  /** `explore`, once, last. */
  exploration: z.strictObject({
    ...head,
    type: z.literal('exploration'),
    runs: count,
    events: count,
    states: count,
    transitions: count,
    programsKept: count,
    unknown: count,
    /** Situations of nodes in which a fault took effect, and those in which none did. */
    situations: count,
    neverTried: z.array(z.string()),
    /** What could have been reached and never was, by its claim. */
    neverReached: z.array(z.string()),
    /** Of the last fifth of the runs: how many, and the states, transitions and situations they found. */
    lastFifth: z.strictObject({ runs: count, found: count }),
    /** Runs that violated it, by promise. */
    violations: z.record(z.string(), count),
    isInterrupted: z.boolean(),
    elapsedMs: count,
  }),
  /** `explore --crash-points`: one a scenario. */
  crashPoints: z.strictObject({
    ...head,
    type: z.literal('crashPoints'),
    scenario: z.string(),
    runs: count,
    events: count,
    /** Points at which a node was killed, one a run. */
    tried: count,
    /** Pairs of them at which it was killed twice; 0 without `--crash-pairs`. */
    pairs: count,
    /** Points that were not tried, in words, one line a node and kind; empty: all were. */
    untried: z.array(z.string()),
    /** Runs that proved nothing. */
    unknown: count,
    /** Runs that violated it, by promise. */
    violations: z.record(z.string(), count),
    isInterrupted: z.boolean(),
    elapsedMs: count,
  }),
  /** `check`: one a file. `core` and `prefix` number the events of clients in the file, from 0. */
  check: z.strictObject({
    ...head,
    type: z.literal('check'),
    file: z.string(),
    verdict,
    operations: count,
    /** Configurations that a search looked at. */
    nodes: count,
    core: z.array(
      z.strictObject({
        process: z.int(),
        f: z.string(),
        key: z.string().optional(),
        value: z.json(),
        invoked: count,
        completed: count.nullable(),
      }),
    ),
    prefix: count.nullable(),
    /** What was counted, by models that count, or of keys that were judged apart. */
    figures: z.record(z.string(), z.json()).optional(),
    /** Of several models: what each says. */
    parts: z
      .array(
        z.strictObject({
          model: z.string(),
          verdict,
          sentences: z.array(z.string()),
          figures: z.record(z.string(), z.json()).optional(),
        }),
      )
      .optional(),
    sentences: z.array(z.string()).optional(),
    elapsedMs: z.number().nonnegative().optional(),
  }),
  /** `check --follow`: each violation when it shows, how it goes every ten seconds, and the end. */
  followed: z.strictObject({
    ...head,
    type: z.literal('followed'),
    file: z.string(),
    state: z.enum(['violation', 'going-on', 'ended']),
    /** Of all so far; `holds` while it goes on is of what was judged by then. */
    verdict,
    operations: count,
    /** Lines that were taken. */
    lines: count,
    violations: count,
    /** Operations that are under way. */
    open: count,
    keys: count,
    /** The longest from reading a line to having judged it, since the record before. */
    behindMs: z.number().nonnegative(),
    memoryMib: z.number().nonnegative(),
    /** Of a violation: whose, and the operations that contradict each other. */
    key: z.string().optional(),
    core: z.array(z.strictObject({ process: z.int(), f: z.string(), value: z.json() })).optional(),
    sentences: z.array(z.string()),
  }),
  ...listRecords,

  /** `trophy`: one a library; `shown` and `safe` are null where it was only listed. */
  trophy: z.strictObject({
    ...head,
    type: z.literal('trophy'),
    library: z.string(),
    version: z.string(),
    /** Null: it is not installed, and nothing more is known. */
    installed: z.string().nullable(),
    defect: z.string().nullable(),
    told: z.string().nullable(),
    safe: z.string().nullable(),
    issue: z.string().nullable(),
    /** Tries until it was seen, and the counterexample; null: not within twenty. */
    shown: z.strictObject({ tries: count, counterexample }).nullable(),
    /** Tries with the safe setting, and how many of them broke the promise or proved nothing. */
    safeTries: z.strictObject({ tries: count, violated: count, unknown: count }).nullable(),
  }),
  /** `mutants`: one a mutant. */
  search: z.strictObject({
    ...head,
    type: z.literal('search'),
    mutant: z.string(),
    /** Null: a mutant of somebody else's system has neither. */
    mechanism: z.string().nullable(),
    difficulty: z.string().nullable(),
    /** What is broken. */
    what: z.string(),
    /** The product that had this bug; null: made up. */
    from: z
      .strictObject({ system: z.string(), issue: z.string(), part: count.optional() })
      .nullable(),
    /** By the first search that caught it. */
    caught: z
      .strictObject({
        scenario: z.string(),
        seed: count,
        promise: z.string(),
        seeds: count,
        runs: count,
      })
      .nullable(),
    /** Faults and operations left of it, shrunk; null where it was not asked for (`--bench`). */
    steps: count.nullable(),
    /** Seeds it took, over all searches; null when most found nothing. */
    medianSeeds: count.nullable(),
    /** Was a promise blamed that this mutant breaks? */
    isExpected: z.boolean(),
    cpuMs: count,
  }),
  /** `mutants`, once, last. */
  score: z.strictObject({
    ...head,
    type: z.literal('score'),
    mutants: count,
    caught: count,
    /** Of both: those that products had. */
    ofProducts: z.strictObject({ mutants: count, caught: count }),
    asExpected: count,
    correctRuns: count,
    falseAlarms: count,
    /** Of `correctRuns`: those that proved nothing. */
    unknown: count,
    neverTried: z.array(z.string()),
  }),
  /** `up`: the cluster answers and has a leader. */
  up: z.strictObject({
    ...head,
    type: z.literal('up'),
    nodes: z.array(z.strictObject({ name: z.string(), url: z.string() })),
    leader: z.string().nullable(),
    data: z.string().nullable(),
  }),
  /** `up`: a node ended, or is started again. */
  node: z.strictObject({
    ...head,
    type: z.literal('node'),
    node: z.string(),
    change: z.enum(['ended', 'started']),
    reason: z.string().nullable(),
  }),
} as const;

export type RecordType = keyof typeof records;

/** What is written for a record of this type, without what all have. */
export type RecordOf<T extends RecordType> = Omit<
  z.infer<(typeof records)[T]>,
  'schemaVersion' | 'type'
>;
