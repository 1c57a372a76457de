/** The metrics of any system; a system adds its own (`System.metrics`). */
import type { Metric } from '../core/metric.ts';
import { faults, leaderChanges, leadingTerm, nodeChanges, term } from './cluster.ts';
import { failoverSeconds } from './failover.ts';
import { lookupStalenessSeconds } from './lookup-staleness.ts';
import { operations, operationSeconds } from './operations.ts';
import { readStalenessSeconds } from './read-staleness.ts';
import { unavailableSeconds } from './unavailability.ts';

export const runMetrics: readonly Metric[] = [
  operations,
  operationSeconds,
  failoverSeconds,
  unavailableSeconds,
  readStalenessSeconds,
  lookupStalenessSeconds,
  faults,
  nodeChanges,
  leaderChanges,
  leadingTerm,
  term,
];

/** Those of them that a node can tell of itself. */
export const nodeMetrics: readonly Metric[] = [leaderChanges, leadingTerm, term];
