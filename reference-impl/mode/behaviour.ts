/**
 * What a node does while it is in a mode: the matrix's rows, as far as the reference cluster has the
 * mechanism (requirements M, M1; `harness/README.md` tells of each cell what is verified).
 *
 * Data like the triggers: a node runs it, and the harness holds what was observed against it. The row
 * of configuration is missing: flags, overrides and defaults are not there yet.
 */
import type { Mode } from './matrix.ts';
import type { RoutingSource } from '../discovery/observations.ts';

export interface ModeBehaviour {
  readonly discovery: {
    /** What lists of instances may rest on. */
    readonly sources: readonly RoutingSource[];
    /** Static lists reach no further than the node's own zone. */
    readonly isLocal: boolean;
    /** Are the instances that the node depends on checked? If not, all are assumed to be well. */
    readonly isChecked: boolean;
  };
  readonly resilience: {
    /** Every circuit is held open. */
    readonly isForcedOpen: boolean;
    /** Calls to dependencies out at a time, held-open circuits or not; null: the mode sets no limit. */
    readonly callsMax: number | null;
  };
  readonly load: {
    readonly isRoundRobin: boolean;
    /** Only the share of calls that the step of Recovery allows is made; otherwise all are. */
    readonly isRamped: boolean;
  };
}

export const behaviourIn: Readonly<Record<Mode, ModeBehaviour>> = {
  target: {
    discovery: { sources: ['registry'], isLocal: false, isChecked: true },
    resilience: { isForcedOpen: false, callsMax: null },
    load: { isRoundRobin: false, isRamped: false },
  },
  degraded: {
    discovery: { sources: ['registry', 'stale'], isLocal: false, isChecked: true },
    resilience: { isForcedOpen: false, callsMax: null },
    load: { isRoundRobin: false, isRamped: false },
  },
  // The registry's own list, while it answers, is better than a hard-coded one. All circuits open, yet
  // a limit of 1: everything is rejected but one call at a time.
  floor: {
    discovery: { sources: ['registry', 'static'], isLocal: true, isChecked: false },
    resilience: { isForcedOpen: true, callsMax: 1 },
    load: { isRoundRobin: true, isRamped: false },
  },
  recovery: {
    discovery: { sources: ['registry'], isLocal: false, isChecked: true },
    resilience: { isForcedOpen: false, callsMax: null },
    load: { isRoundRobin: false, isRamped: true },
  },
};
