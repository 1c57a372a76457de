/** When nobody was served who asked. */
import { isOperation } from '../core/history.ts';
import type { Metric, MetricReader } from '../core/metric.ts';

/** Shorter than this is how long answers take, µs. */
const shortestUs = 200_000;

/**
 * A window begins when somebody asks, or has asked, and nobody is served from then on; it ends with the next
 * `ok` of anybody. A refusal that a node answered is neither: it shows no trouble, and no end of it. Watches wait
 * by nature and open no window. One that has not ended with the run is not among them.
 */
export const unavailableSeconds: Metric = {
  name: 'antlion_unavailable_seconds',
  help: 'Windows of 0.2 s and more in which somebody asked and nobody was served.',
  type: 'histogram',
  buckets: [0.2, 0.5, 1, 2, 5, 10, 20],
  reader(): MetricReader {
    /** By operation, when it was called; the first is the oldest. */
    const open = new Map<number, number>();
    let servedUs = 0;
    /** The first call since then that ended without an answer. */
    let unansweredUs = Infinity;
    return (e) => {
      if (!isOperation(e) || e.f === 'watch') return [];
      if (e.type === 'invoke') {
        open.set(e.op, e.timeUs);
        return [];
      }
      const [oldestUs = Infinity] = open.values();
      const callUs = open.get(e.op) ?? e.timeUs;
      open.delete(e.op);
      if (e.type !== 'ok') {
        const isRefused = e.type === 'fail' && e.node !== undefined;
        if (!isRefused) unansweredUs = Math.min(unansweredUs, callUs);
        return [];
      }
      const lengthUs = e.timeUs - Math.max(servedUs, Math.min(oldestUs, unansweredUs));
      servedUs = e.timeUs;
      unansweredUs = Infinity;
      return lengthUs >= shortestUs ? [{ value: lengthUs / 1e6 }] : [];
    };
  },
};
