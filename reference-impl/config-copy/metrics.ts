/** How far copies of the configuration lag behind, and how long it takes until all agree. */
import type { NodeId } from '../../harness/core/host.ts';
import { type Metric, type MetricReader, stateless } from '../../harness/core/metric.ts';

const buckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** One version of one key, on its way to all copies. */
interface Spread {
  readonly revision: number;
  readonly atUs: number;
  /** How long each copy that has it took, µs. */
  readonly lags: Map<NodeId, number>;
  isComplete: boolean;
}

/** Follows versions; calls `each` when a copy has reached one, `all` when the last copy has. */
function spreads(
  each: (lagUs: number) => void,
  all: (lagsUs: readonly number[]) => void,
): MetricReader {
  const latest = new Map<string, Spread>();
  /** Who has a copy of this key at all. */
  const copies = new Map<string, Set<NodeId>>();
  return (e) => {
    if (e.type !== 'observe' || e.value.kind !== 'config') return [];
    const { key, revision } = e.value;
    const known = copies.get(key) ?? new Set<NodeId>();
    copies.set(key, known.add(e.node));
    let spread = latest.get(key);
    if (spread === undefined || revision > spread.revision) {
      spread = { revision, atUs: e.timeUs, lags: new Map(), isComplete: false };
      latest.set(key, spread);
    }
    if (revision < spread.revision || spread.lags.has(e.node)) return [];
    const lagUs = e.timeUs - spread.atUs;
    spread.lags.set(e.node, lagUs);
    each(lagUs);
    if (!spread.isComplete && spread.lags.size === known.size && known.size > 1) {
      spread.isComplete = true;
      all([...spread.lags.values()]);
    }
    return [];
  };
}

/** Drift: how long each copy was behind the first one that had the version. */
export const configLagSeconds: Metric = {
  name: 'antlion_config_lag_seconds',
  help: 'How long a copy of the configuration was behind the first one that had the newest version.',
  type: 'histogram',
  buckets,
  isOfRun: true,
  reader(): MetricReader {
    let lags: number[] = [];
    const read = spreads(
      (us) => lags.push(us),
      () => {},
    );
    return (e) => {
      lags = [];
      read(e);
      return lags.map((us) => ({ value: us / 1e6 }));
    };
  },
};

/** Until the last of those that have a copy has the version; none where a newer one came first. */
export const configConvergenceSeconds: Metric = {
  name: 'antlion_config_convergence_seconds',
  help: 'From the first copy that has a version of the configuration to the last one.',
  type: 'histogram',
  buckets,
  isOfRun: true,
  reader: () => whenComplete((lags) => Math.max(...lags) / 1e6),
};

/** Stragglers: they took more than twice as long as half of the copies did, and 10 ms or more. */
export const configStragglers: Metric = {
  name: 'antlion_config_stragglers',
  help: 'Copies that took more than twice the median, and 10 ms or more, one sample a version.',
  type: 'histogram',
  buckets: [0, 1, 2, 3, 5, 10],
  isOfRun: true,
  reader: () =>
    whenComplete((lags) => {
      const median = [...lags].sort((a, b) => a - b)[(lags.length - 1) >> 1] ?? 0;
      return lags.filter((us) => us > 2 * median && us >= 10_000).length;
    }),
};

function whenComplete(figure: (lagsUs: readonly number[]) => number): MetricReader {
  let values: number[] = [];
  const read = spreads(
    () => {},
    (lags) => values.push(figure(lags)),
  );
  return (e) => {
    values = [];
    read(e);
    return values.map((value) => ({ value }));
  };
}

export const configRevision: Metric = {
  name: 'antlion_config_revision',
  help: 'The revision of the copy of one key of the configuration.',
  type: 'gauge',
  labels: ['key'],
  reader: stateless((e) =>
    e.type === 'observe' && e.value.kind === 'config'
      ? [{ value: e.value.revision, labels: { key: e.value.key } }]
      : [],
  ),
};

/** A copy that stands still here is cut off; one that is behind and does not stand still is wrong. */
export const configConfirmations: Metric = {
  name: 'antlion_config_confirmations_total',
  help: 'Times that a node said that its copy of the configuration was confirmed: once in a third of its life.',
  type: 'counter',
  reader: stateless((e) =>
    e.type === 'observe' && e.value.kind === 'evidence' && e.value.evidence.kind === 'config'
      ? [{ value: 1 }]
      : [],
  ),
};
