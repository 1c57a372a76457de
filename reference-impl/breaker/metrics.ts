/** Circuits as figures. */
import type { NodeId } from '../../harness/core/host.ts';
import { type Metric, type MetricReader, stateless } from '../../harness/core/metric.ts';

const states: readonly string[] = ['closed', 'half-open', 'open'];

export const circuit: Metric = {
  name: 'antlion_circuit_state',
  help: 'The circuit towards a service: 0 closed, 1 half open, 2 open.',
  type: 'gauge',
  labels: ['service'],
  reader: stateless((e) =>
    e.type === 'observe' && e.value.kind === 'circuit'
      ? [{ value: states.indexOf(e.value.to), labels: { service: e.value.service } }]
      : [],
  ),
};

/** Calls of one service by one node since its circuit opened. */
interface Opening {
  saved: number;
  wasted: number;
}

/**
 * Breaker effectiveness: of the calls that were made while a circuit was not closed, the share that was
 * refused at once rather than sent in vain. One sample when it closes again; none where nobody called. What the Floor
 * holds open is not counted.
 */
export const breakerSavedRatio: Metric = {
  name: 'antlion_breaker_saved_ratio',
  help: 'Of the calls that failed while a circuit was not closed: the share that was never sent.',
  type: 'histogram',
  labels: ['service'],
  buckets: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1],
  reader(): MetricReader {
    const open = new Map<string, Opening>();
    return (e) => {
      if (e.type !== 'observe') return [];
      const o = e.value;
      if (o.kind === 'routed') {
        const opening = open.get(keyOf(e.node, o.service));
        if (opening === undefined) return [];
        if (o.outcome === 'refused') opening.saved += 1;
        else if (o.outcome === 'error' || o.outcome === 'timeout') opening.wasted += 1;
        return [];
      }
      if (o.kind !== 'circuit') return [];
      const key = keyOf(e.node, o.service);
      if (o.to !== 'closed') {
        if (o.isForced) open.delete(key);
        else if (o.from === 'closed') open.set(key, { saved: 0, wasted: 0 });
        return [];
      }
      const { saved, wasted } = open.get(key) ?? { saved: 0, wasted: 0 };
      open.delete(key);
      const all = saved + wasted;
      return all === 0 ? [] : [{ value: saved / all, labels: { service: o.service } }];
    };
  },
};

/** From the first of an unbroken row of failures to the opening of the circuit. */
export const breakerTripSeconds: Metric = {
  name: 'antlion_breaker_trip_seconds',
  help: 'From the first failed call after one that succeeded to the opening of the circuit.',
  type: 'histogram',
  labels: ['service'],
  buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10],
  reader(): MetricReader {
    const failing = new Map<string, number>();
    return (e) => {
      if (e.type !== 'observe') return [];
      const o = e.value;
      if (o.kind === 'routed') {
        const key = keyOf(e.node, o.service);
        if (o.outcome === 'ok') failing.delete(key);
        else if (o.instance !== null && !failing.has(key)) failing.set(key, e.timeUs);
        return [];
      }
      if (o.kind !== 'circuit' || o.to !== 'open' || o.from !== 'closed' || o.isForced) return [];
      const sinceUs = failing.get(keyOf(e.node, o.service));
      if (sinceUs === undefined) return [];
      return [{ value: (e.timeUs - sinceUs) / 1e6, labels: { service: o.service } }];
    };
  },
};

const keyOf = (node: NodeId, service: string): string => `${node} ${service}`;
