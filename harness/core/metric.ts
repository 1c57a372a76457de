/**
 * Metrics as data: what is recorded of a run, read as figures. One definition serves a node, which reads
 * what it observes itself, and a run, which reads its whole history.
 */
import type { HistoryEvent } from './history.ts';

export interface Metric {
  /** As Prometheus names them: `antlion_…`, base units (`_seconds`, `_bytes`), `_total` of a counter. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** A counter adds its samples, a gauge keeps the last one, a histogram counts them by size. */
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Upper bounds of a histogram's buckets, rising. */
  readonly buckets?: readonly number[];
  /** Names of the labels of its samples. A run adds `node` to what a node said. */
  readonly labels?: readonly string[];
  /** It is read from what several nodes say, so that no node can tell it of itself. */
  readonly isOfRun?: true;
  /** Of a histogram in seconds: it depends on how large a run is, and reports plot it against that. */
  readonly isBySize?: true;
  /** Opens a reader for one run or one node; it sees each event once, in order. */
  reader(): MetricReader;
}

export type MetricReader = (e: HistoryEvent) => readonly Sample[];

export interface Sample {
  readonly value: number;
  /** One for each name of `labels`. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What the samples of a histogram with these labels come to, in the unit of the metric. */
export interface Figure {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  /** Percentiles by nearest rank: each is one of the samples. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** A reader without a memory. */
export function stateless(read: MetricReader): () => MetricReader {
  return () => read;
}
