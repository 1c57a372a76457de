/**
 * The history of a run: the only thing that judges see.
 *
 * Events are ordered by `timeUs`, ties by position. All times are true time of the run in whole
 * microseconds, never a node's own skewed clock.
 */
import type { Json, NodeId } from './host.ts';
import type { Observation } from './observation.ts';

/**
 * An operation of a client. `invoke` opens it; `ok` says it happened and what it returned; `fail`
 * says it did not happen and never will; `info` says nobody knows: it may have happened, or may yet.
 */
export interface OperationEvent {
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly timeUs: number;
  /** The logical process: a client that got `info` goes on under a new number. */
  readonly process: number;
  /** Joins a completion to its invocation. */
  readonly op: number;
  readonly f: string;
  readonly key: string;
  /** The argument at `invoke`; the argument or the result at completion (reads: what was read). */
  readonly value: Json;
  /** Why it failed or is unknown. */
  readonly error?: string;
  /** The node that answered, when the client knows it. */
  readonly node?: NodeId;
  /** The object's version in the system's own order (revision, zxid), when the system tells it. */
  readonly version?: number;
}

/** Percentiles of latencies, µs. */
export interface Latency {
  readonly p50Us: number;
  readonly p90Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/**
 * What the requests of a load came to in one window, which ends at `timeUs`: an operation that is many
 * requests is recorded in counts, as a history of each would be too long.
 */
export interface LoadEvent {
  readonly type: 'load';
  readonly timeUs: number;
  readonly process: number;
  /** The operation that these are requests of. */
  readonly op: number;
  readonly f: string;
  readonly key: string;
  /** Length of the window, µs: 100 ms, the last one of a load less. */
  readonly windowUs: number;
  /** Requests that were sent in this window. */
  readonly began: number;
  /** Requests that ended in it, whenever they began. */
  readonly ok: number;
  readonly fail: number;
  readonly info: number;
  /** Were due and not sent, because too many were open (`limits.loadOpenMax`). */
  readonly dropped: number;
  /** Without an answer at the end of the window. */
  readonly open: number;
  /** Of those that ended `ok` in it, from the moment at which each was due. Null: there were none. */
  readonly latency: Latency | null;
}

/** A fault begins or ends, or took effect for the first time (see `fault.ts`). */
export interface FaultEvent {
  readonly type: 'fault';
  readonly timeUs: number;
  readonly phase: 'begin' | 'effective' | 'end';
  /** Index of the fault in the plan. */
  readonly fault: number;
  readonly kind: string;
  /** The nodes that roles such as `leader` were resolved to. */
  readonly nodes: readonly NodeId[];
}

/** A process started (again), stopped or died. */
export interface NodeEvent {
  readonly type: 'node';
  readonly timeUs: number;
  readonly node: NodeId;
  readonly change: 'started' | 'crashed' | 'stopped' | 'failed';
  /** Of an end why, of a start as what, where that is not the usual. */
  readonly reason?: string;
}

export interface ObservationEvent {
  readonly type: 'observe';
  readonly timeUs: number;
  readonly node: NodeId;
  readonly value: Observation;
}

/** A driver noticed that it ran late: bounds grow by what was stalled. */
export interface StallEvent {
  readonly type: 'stall';
  readonly timeUs: number;
  readonly node: NodeId;
  readonly lateUs: number;
}

export type HistoryEvent =
  OperationEvent | LoadEvent | FaultEvent | NodeEvent | ObservationEvent | StallEvent;

export interface History {
  readonly events: readonly HistoryEvent[];
  /** When the cluster was ready: the program's times (faults, operations) count from here. */
  readonly readyUs: number;
  /** End of the run. */
  readonly endUs: number;
}

/** True for the four kinds of event that clients cause. */
export function isOperation(e: HistoryEvent): e is OperationEvent {
  return e.type === 'invoke' || e.type === 'ok' || e.type === 'fail' || e.type === 'info';
}

/** How many operations were invoked, and how many of them ended how; the requests of loads among them. */
export function countOperations(history: History): {
  invoked: number;
  ok: number;
  fail: number;
  info: number;
} {
  const n = { invoked: 0, ok: 0, fail: 0, info: 0 };
  for (const e of history.events) {
    if (e.type === 'invoke') n.invoked += 1;
    else if (e.type === 'ok' || e.type === 'fail' || e.type === 'info') n[e.type] += 1;
    else if (e.type === 'load') {
      n.invoked += e.began;
      n.ok += e.ok;
      n.fail += e.fail;
      n.info += e.info;
    }
  }
  return n;
}

/** How many distinct faults of the plan took effect. */
export function countEffectiveFaults(history: History): number {
  const effective = new Set<number>();
  for (const e of history.events)
    if (e.type === 'fault' && e.phase === 'effective') effective.add(e.fault);
  return effective.size;
}
