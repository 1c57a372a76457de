/**
 * What the harness does to a running node from inside: faults that no proxy can do, and the figures
 * that tell whether they took effect. `POST /control` replaces the whole state, so that repeating it, or
 * sending it again after a restart, does no harm; each request has a number, and one that comes after a
 * later one is refused. `GET /control` tells the figures and changes nothing. `POST /probe` asks other nodes on
 * the node's own links (`probe.ts`).
 */
import { z } from 'zod';
import type { NodeId } from '../core/host.ts';
import type { Skew } from './clock.ts';
import type { ConnectionTrouble } from '../faults/connection-trouble.ts';
import type { RealTrouble } from '../faults/disk-trouble.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import type { LinkCounters } from './message-faults.ts';
import type { ProbeArrival } from './probe.ts';

/** All message-level, clock and disk faults that are in force at one node. */
export interface NodeFaults {
  /** By receiver. */
  readonly links: Readonly<Record<NodeId, MessageFaults>>;
  readonly clock: Skew;
  /** Every sync takes this much longer. */
  readonly syncDelayUs: number;
  /** What else is wrong with its disk; of those that can be done for real. */
  readonly troubles: readonly RealTrouble[];
  /** What keeps it from opening connections. */
  readonly connections: readonly ConnectionTrouble[];
}

/** The body of `POST /control`. */
export interface ControlRequest {
  /** Ever growing over a run. */
  readonly sequence: number;
  readonly faults: NodeFaults;
}

/** Figures of this boot of the node, ever growing. */
export interface NodeCounters {
  /** Messages sent, by receiver, faults or not. */
  readonly sent: Readonly<Record<NodeId, number>>;
  readonly links: Readonly<Record<NodeId, Readonly<LinkCounters>>>;
  /** Readings of the clock while it was wrong. */
  readonly skewedReads: number;
  readonly delayedSyncs: number;
  readonly failedSyncs?: number;
  /** Syncs that said that they were done, and were not. */
  readonly falseSyncs?: number;
  /** Writes that had to wait for room. */
  readonly refusedWrites?: number;
  /** Connections that it could neither open nor take. */
  readonly refusedConnections?: number;
  /** Messages lost for want of a connection or of room. */
  readonly dropped: number;
  /** The last questions about links that arrived here. */
  readonly probes?: readonly ProbeArrival[];
  /** What the node's clocks read now, and the true time; absent: it has none of ours. */
  readonly clock?: { readonly trueUs: number; readonly nowUs: number; readonly wallUs: number };
  /** Of a foreign node's wall clock; null: nobody could tell now. Absent: its clocks are ours. */
  readonly wallAhead?: WallAhead | null;
  /** Which version of the node runs; absent: it does not tell, empty: the usual one. */
  readonly version?: string;
  /** The longest that anything appended waited for the disk since the faults were last set. */
  readonly slowestSyncUs?: number;
}

/** How far a wall clock was ahead of ours when it was asked, µs: each pair from the least to the most. */
export interface WallAhead {
  /** By its answer, which came from some moment between question and answer. */
  readonly readUs: readonly [number, number];
  /** By the faults in force, between the same two moments. */
  readonly wantedUs: readonly [number, number];
  /** The likely reason, where it goes right all the same. */
  readonly whyRight: string;
}

export const noFaults: NodeFaults = {
  links: {},
  clock: { jumpUs: 0, driftPpm: 0 },
  syncDelayUs: 0,
  troubles: [],
  connections: [],
};

/** A control request carries the run's name in this header; browsers cannot be tricked into it. */
export const runHeader = 'x-antlion-run';

const permille = z.number().int().min(0).max(1_000);

const nodeFaultsSchema: z.ZodType<NodeFaults> = z.object({
  links: z.record(
    z.string().regex(/^\d+$/),
    z.object({
      lossPermille: permille,
      duplicatePermille: permille,
      reorderPermille: permille,
      corruptPermille: permille,
    }),
  ),
  clock: z.object({
    jumpUs: z.number().int(),
    driftPpm: z.number().int().min(-900_000).max(1_000_000),
  }),
  syncDelayUs: z.number().int().nonnegative(),
  troubles: z.array(z.enum(['full', 'fails', 'lies'])),
  connections: z.array(z.enum(['no-names', 'no-descriptors'])),
});

export const controlRequestSchema: z.ZodType<ControlRequest> = z.object({
  sequence: z.number().int().positive(),
  faults: nodeFaultsSchema,
});
