/** Figures of coordination: a delay that was planted shows in its figure, and in no other. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Observation } from '../../harness/core/observation.ts';
import { secondsUs } from '../../harness/core/duration.ts';
import { Analysis, type Analysed } from '../../harness/metrics/analysis.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { configChanges } from '../../reference-impl/config-copy/scenario.ts';
import { reference } from '../../reference-impl/system.ts';

const ms = 1_000;
const said = (node: number, timeUs: number, value: object): HistoryEvent => ({
  type: 'observe',
  node,
  timeUs,
  value: value as Observation,
});
const lease = (change: string, timeUs: number): HistoryEvent =>
  said(0, timeUs, { kind: 'lease', change, service: 'web', instance: 7, ttlUs: 1, revision: 1 });
const list = (node: number, timeUs: number, added: number[], removed: number[]): HistoryEvent =>
  said(node, timeUs, { kind: 'discovered', service: 'web', added, removed });
const config = (node: number, timeUs: number, revision: number): HistoryEvent =>
  said(node, timeUs, { kind: 'config', key: 'k', value: 'v', revision });
const routed = (timeUs: number, outcome: string): HistoryEvent => {
  const instance = outcome === 'refused' ? null : 7;
  return said(3, timeUs, { kind: 'routed', service: 'web', instance, outcome });
};
const circuit = (timeUs: number, from: string, to: string): HistoryEvent =>
  said(3, timeUs, { kind: 'circuit', service: 'web', from, to, cause: '', isForced: false });

function figuresOf(
  ...runs: (readonly HistoryEvent[])[]
): (name: string, label?: string) => Analysed {
  const analysis = new Analysis(reference.metrics ?? []);
  for (const events of runs) analysis.add(events);
  const all = analysis.figures();
  return (name, label) => {
    const found = all.filter(
      (f) =>
        f.metric === `antlion_${name}` &&
        (label === undefined || Object.values(f.labels).includes(label)),
    );
    assert.equal(found.length, 1, `${name}: ${JSON.stringify(found)}`);
    return found[0] as Analysed;
  };
}

describe('figures of coordination', () => {
  it('tell how long a registration, and the end of one, took to reach a caller', () => {
    const of = figuresOf([
      lease('registered', 100 * ms),
      list(3, 350 * ms, [7], []),
      lease('renewed', 400 * ms),
      lease('expired', 500 * ms),
      list(3, 620 * ms, [], [7]),
    ]);
    assert.equal(of('discovery_seconds', 'added').max, 0.25);
    assert.equal(of('discovery_seconds', 'removed').max, 0.12);
  });

  it('count for who started later from his start', () => {
    const started = { type: 'node', node: 3, timeUs: 900 * ms, change: 'started' } as const;
    const of = figuresOf([lease('registered', 100 * ms), started, list(3, 930 * ms, [7], [])]);
    assert.equal(of('discovery_seconds', 'added').max, 0.03);
  });

  it('tell drift, convergence and stragglers of the configuration', () => {
    const of = figuresOf([
      ...[0, 1, 2, 3].map((node) => config(node, node, 1)),
      config(0, 1_000 * ms, 2),
      config(1, 1_020 * ms, 2),
      config(2, 1_030 * ms, 2),
      config(3, 1_900 * ms, 2),
    ]);
    assert.equal(of('config_lag_seconds').max, 0.9);
    assert.equal(of('config_convergence_seconds').max, 0.9);
    assert.deepEqual([of('config_stragglers').max, of('config_stragglers').p50], [1, 0]);
  });

  it('know no convergence where a newer version came first', () => {
    const of = figuresOf([
      ...[0, 1].map((node) => config(node, node, 1)),
      config(0, 10, 2),
      config(0, 20, 3),
      config(1, 30 * ms, 3),
    ]);
    assert.equal(of('config_convergence_seconds').count, 2);
  });

  it('tell how soon a crash was noticed, and nothing once the node is back', () => {
    const news = (timeUs: number): HistoryEvent =>
      said(1, timeUs, { kind: 'members', news: [{ member: 2, status: 'dead', incarnation: 0 }] });
    const change = (timeUs: number, to: 'crashed' | 'started'): HistoryEvent => ({
      type: 'node',
      node: 2,
      timeUs,
      change: to,
    });
    const of = figuresOf([
      change(1_000 * ms, 'crashed'),
      news(3_500 * ms),
      change(4_000 * ms, 'started'),
      news(9_000 * ms),
    ]);
    assert.deepEqual(
      [of('failure_detection_seconds').count, of('failure_detection_seconds').max],
      [1, 2.5],
    );
  });

  it('tell what a breaker saved: 3 refused of 4 calls that failed, and when it opened', () => {
    const of = figuresOf([
      routed(0, 'ok'),
      routed(100 * ms, 'timeout'),
      routed(300 * ms, 'timeout'),
      circuit(600 * ms, 'closed', 'open'),
      ...[700, 800, 900].map((at) => routed(at * ms, 'refused')),
      circuit(1_000 * ms, 'open', 'half-open'),
      routed(1_100 * ms, 'error'),
      circuit(1_200 * ms, 'half-open', 'closed'),
    ]);
    assert.equal(of('breaker_saved_ratio').max, 0.75);
    assert.equal(of('breaker_trip_seconds').max, 0.5);
  });

  it('tell what coordination costs, by mechanism and share, over several runs', () => {
    const traffic = (lane: string, messages: number): HistoryEvent =>
      said(0, 1, {
        kind: 'traffic',
        lane,
        fromUs: 0,
        untilUs: 1,
        received: {},
        sent: { a: { messages, bytes: 100 }, b: { messages: 1, bytes: 50 } },
      });
    const of = figuresOf(
      [traffic('consensus', 29), traffic('membership', 9)],
      [traffic('consensus', 0)],
    );
    const consensus = of('coordination_messages_total', 'consensus');
    assert.deepEqual([consensus.total, consensus.runs], [31, 2]);
    assert.equal(consensus.share, 31 / 41);
    assert.equal(of('coordination_bytes_total', 'membership').total, 150);
  });

  it('show a delay that was put on the links of a real run', () => {
    const program = programOf(configChanges, 1, 'virtual', null);
    const whole = { atUs: 0, untilUs: program.durationUs };
    const links = {
      from: { of: 'servers' },
      to: { of: 'role', role: 'service' },
      bothWays: false,
    } as const;
    const late = {
      kind: 'latency',
      delayUs: secondsUs(0.4),
      jitterUs: 0,
      links,
      ...whole,
    } as const;
    const lag = (faults: typeof program.faults): Analysed => {
      const { history } = simulation().run(reference, { ...program, faults });
      return figuresOf(history.events)('config_lag_seconds');
    };
    const [plain, delayed] = [lag([]), lag([late])];
    assert.ok((plain.p50 ?? 1) < 0.1, `plain ${plain.p50}`);
    assert.ok((delayed.max ?? 0) - (plain.max ?? 0) >= 0.35, `${plain.max} → ${delayed.max}`);
  });
});
