/**
 * What a page shows, as data: made from runs and histories by `prepare`, written into the file by `html`,
 * drawn by `client`. Times are whole microseconds since the run began, as steps and explanations have them.
 */
import type { VerdictKind } from '../core/verdict.ts';

export interface RunView {
  /** Unique in the page, and part of links to its events: `minority-partition-seed1`. */
  readonly id: string;
  readonly name: string;
  /** Where and how it was run: `seed 1, simulation, as it was shrunk`. */
  readonly about: string;
  readonly verdict: VerdictKind;
  readonly claim: string | null;
  readonly fromUs: number;
  readonly untilUs: number;
  /** When the cluster was ready; null: nobody told. */
  readonly readyUs: number | null;
  /** False: events have no times and stand one after the other. */
  readonly isTimed: boolean;
  readonly promises: readonly PromiseView[];
  /** What is not an operation, in rows from top to bottom: objects that judges look at, then nodes. */
  readonly lanes: readonly LaneView[];
  /** Names of clients, one row each. */
  readonly clients: readonly string[];
  readonly operations: OperationColumns;
  /** Requests of loads, which are no operations of their own; null: there are none. */
  readonly load: LoadView | null;
  /** How old it was what nodes knew; null: nobody told. */
  readonly ages: AgesView | null;
  /** Windows in which somebody asked and nobody was served. */
  readonly unserved: readonly SpanView[];
  readonly faults: readonly FaultView[];
  /** What happened to nodes, for the list of events and to jump to. */
  readonly moments: readonly MomentView[];
  /** What everybody was at each moment; null: nobody told. */
  readonly film: FilmView | null;
  /** Null: nobody saw them. */
  readonly messages: MessagesView | null;
  readonly violation: ViolationView | null;
  /** What a reader should know besides. */
  readonly remarks: readonly string[];
}

export interface PromiseView {
  readonly id: string;
  readonly claim: string | null;
  readonly verdict: VerdictKind;
  /** What was checked, or why it is unknown. */
  readonly basis: string | null;
}

export interface LaneView {
  readonly label: string;
  /**
   * `node`: what it was; `object`: what a key could hold, who had a lock; `aspect`: one side of a node, as a circuit
   * or what it believes of a member, where it was ever out of the ordinary.
   */
  readonly kind: 'node' | 'object' | 'aspect';
  readonly segments: readonly SegmentView[];
}

export interface SegmentView {
  readonly fromUs: number;
  readonly untilUs: number;
  /** By this it is coloured. `clash`: what must not be. */
  readonly look: 'up' | 'leader' | 'candidate' | 'down' | 'paused' | 'held' | 'clash' | 'odd';
  readonly text: string;
  /** What else is out of the ordinary, as `mode floor`; empty: nothing. */
  readonly more: string;
}

/** Operations by column, in order of their calls: a hundred thousand fit into some megabytes. */
export interface OperationColumns {
  /** What texts are numbered by. */
  readonly texts: readonly string[];
  readonly id: readonly number[];
  /** Index of the client. */
  readonly client: readonly number[];
  readonly fromUs: readonly number[];
  /** -1: no answer. */
  readonly untilUs: readonly number[];
  /** Index in `outcomes`. */
  readonly outcome: readonly number[];
  /** Texts: the key, what was asked (`write k0 = 7`), how it ended (`ok from server-2 after 3 ms`). */
  readonly key: readonly number[];
  readonly asked: readonly number[];
  readonly ended: readonly number[];
  /** Text: what it brought, in a word or two; empty: nothing to tell. */
  readonly result: readonly number[];
  /** Text: who answered; -1: nobody knows. */
  readonly node: readonly number[];
}

export interface SpanView {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** By window of time, in order. */
export interface LoadView {
  readonly untilUs: readonly number[];
  readonly windowUs: readonly number[];
  /** Requests that ended in it. */
  readonly ok: readonly number[];
  readonly bad: readonly number[];
  /** -1: none was ok. */
  readonly p50Us: readonly number[];
  readonly p99Us: readonly number[];
}

/** What nodes knew, by how old it ever got against its life; it grows until it is confirmed. */
export interface AgesView {
  readonly tracks: readonly AgeTrackView[];
  /** How many others stayed younger. */
  readonly others: number;
}

export interface AgeTrackView {
  /** Label of a node or client. */
  readonly of: string;
  /** `contact with the registry`. */
  readonly what: string;
  readonly lifetimeUs: number;
  readonly atUs: readonly number[];
  /** How old it was at each of these moments; -1: whoever knew it is down. */
  readonly ageUs: readonly number[];
}

export const outcomes = ['ok', 'fail', 'info', 'open'] as const;
export type OutcomeName = (typeof outcomes)[number];

export interface FaultView {
  /** Its index in the plan. */
  readonly fault: number;
  readonly kind: string;
  /** `partition minority (server-1) ⇎ majority (server-0, server-2) for 2 s`. */
  readonly text: string;
  readonly fromUs: number;
  readonly untilUs: number;
  /** When it first met something; null: it never did. */
  readonly effectiveUs: number | null;
  /** Labels of the nodes and clients that it hit. */
  readonly hits: readonly string[];
}

export interface MomentView {
  readonly atUs: number;
  /** Label of its row. */
  readonly where: string;
  readonly text: string;
}

/** What was true of nodes and things, field by field: each value until the next. */
export interface FilmView {
  /** What values are numbered by. */
  readonly texts: readonly string[];
  readonly tracks: readonly TrackView[];
  /** Far from the contradiction a change may be told up to so much late, µs; 0: all are told. */
  readonly lateUsMax: number;
}

export interface TrackView {
  /** Label of a node or client, or the name of a thing: `lock l`. */
  readonly of: string;
  readonly field: string;
  /** Each counts from the one before, the first from 0. */
  readonly atUs: readonly number[];
  readonly value: readonly number[];
}

/** Messages between nodes and clients by column, in the order in which they were sent. */
export interface MessagesView {
  readonly texts: readonly string[];
  /** Since when all are here. */
  readonly fromUs: number;
  /** Texts: labels of rows. */
  readonly sender: readonly number[];
  readonly receiver: readonly number[];
  readonly sentUs: readonly number[];
  /** -1: it was under way at the end. */
  readonly endedUs: readonly number[];
  /** Text: why it was lost; -1: it was not. */
  readonly lost: readonly number[];
  /** Text: what it says. */
  readonly says: readonly number[];
}

export interface ViolationView {
  readonly promise: string;
  readonly claim: string;
  readonly atUs: number;
  readonly facts: readonly FactView[];
  /** Ids of the operations that contradict each other. */
  readonly ops: readonly number[];
  readonly steps: readonly StepView[];
  /** How it was shrunk, or why not. */
  readonly note: string;
  /** To be copied. */
  readonly codes: readonly CodeView[];
  /** One order of all that came before, and why the last operation fits nowhere; null: no such thing. */
  readonly order: OrderView | null;
  /** Transactions, each of which must come before the next; null: no such thing. */
  readonly cycle: CycleView | null;
  /** What watchers were told against what there was to tell; null: no such thing. */
  readonly watches: WatchesView | null;
  /** What sessions saw one after the other, and where one went back; null: no such thing. */
  readonly sessions: SessionsView | null;
  readonly fewer: FewerView | null;
  /** What can be changed so that it is kept, a sentence each; empty: nobody was asked. */
  readonly change: readonly string[];
}

export interface FactView {
  readonly text: string;
  /** The operations that it is about. */
  readonly ops: readonly number[];
}

export interface StepView {
  readonly kind: 'step' | 'note' | 'skipped';
  readonly atUs: number;
  readonly text: string;
  /** Of what it is about: the id of an operation, the index of a fault. */
  readonly op: number | null;
  readonly fault: number | null;
}

export interface CodeView {
  readonly title: string;
  readonly language: 'sh' | 'ts';
  readonly text: string;
}

export interface OrderView {
  /** What it is an order of: a key. */
  readonly part: string;
  /** Operations that took effect, and what the object held after each. */
  readonly steps: readonly { readonly op: number; readonly text: string; readonly state: string }[];
  /** How many before them are left out. */
  readonly skipped: number;
  /** Every place at which the last could stand, and what speaks against it. */
  readonly tries: readonly { readonly after: number | null; readonly why: string }[];
  readonly last: { readonly op: number; readonly text: string };
}

export interface CycleView {
  /** `G-single`. */
  readonly name: string;
  readonly nodes: readonly { readonly op: number; readonly title: string; readonly text: string }[];
  /** Why each comes before the next, the last before the first. */
  readonly reasons: readonly string[];
}

/** Revisions from top to bottom, watchers from left to right. */
export interface WatchesView {
  readonly prefix: string;
  readonly watchers: readonly string[];
  /** Revisions before and after that are not shown. */
  readonly skipped: number;
  readonly rows: readonly WatchRowView[];
}

export interface WatchRowView {
  readonly revision: number;
  /** `k1 = 7`. */
  readonly change: string;
  /** One for each watcher. */
  readonly told: readonly WatchMark[];
}

/**
 * `gap`: it was to be told and was not; `repeat`: told more than once; `late`: told after a later one; `other`: told of
 * another change; `none`: it did not watch then.
 */
export type WatchMark = 'told' | 'gap' | 'repeat' | 'late' | 'other' | 'none';

/** Sessions that the contradiction is about, each from top to bottom as it went. */
export interface SessionsView {
  /** The key that they are looked at for; null: all keys, numbered in one order. */
  readonly key: string | null;
  readonly sessions: readonly SessionView[];
}

export interface SessionView {
  /** `c1`, `process 3`. */
  readonly who: string;
  /** Operations before and after that are not shown. */
  readonly skipped: number;
  readonly rows: readonly SessionRowView[];
}

export interface SessionRowView {
  readonly op: number;
  /** When it returned. */
  readonly atUs: number;
  /** `read k0 → 7`. */
  readonly text: string;
  /** What it saw or made; null: nobody told. */
  readonly version: number | null;
  /** The newest version that the session knew when it was called; null: none. */
  readonly known: number | null;
  /** It is one of those that contradict each other. */
  readonly isNamed: boolean;
  /** The session went back here. */
  readonly isBack: boolean;
}

/** The same run with one step less. */
export interface FewerView {
  /** Which faults mattered, in a sentence or two. */
  readonly says: string;
  /** What became of the promise without each step. */
  readonly tries: readonly {
    readonly without: string;
    readonly op: number | null;
    readonly fault: number | null;
    readonly verdict: VerdictKind;
  }[];
  /** The run without a step, in which the promise was kept and which differs last; null: there is none. */
  readonly nearest: {
    /** Its `RunView`. */
    readonly run: string;
    readonly without: string;
    /** The first event that is another; null: none is but the step itself. */
    readonly differs: DifferenceView | null;
    /** The first answer that is another. */
    readonly answers: DifferenceView | null;
  } | null;
}

export interface DifferenceView {
  readonly atUs: number;
  readonly here: string;
  readonly there: string;
}
