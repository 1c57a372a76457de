/** Metrics: read from histories, written as Prometheus reads them, by run and by node. */
import assert from 'node:assert/strict';
import { Hono } from 'hono';
import { describe, it } from 'mocha';
import {
  cluster,
  type HistoryEvent,
  type Metric,
  programOf,
  runScenario,
  simulation,
  stateless,
} from '../../harness/index.ts';
import type { ObservationEvent } from '../../harness/core/history.ts';
import { MetricBook } from '../../harness/metrics/book.ts';
import { operationSeconds } from '../../harness/metrics/operations.ts';
import { RunMetrics } from '../../harness/metrics/run-metrics.ts';
import { scenariosMatching } from '../../harness/cli/scenarios.ts';
import { metricsRoute } from '../../reference-impl/metrics/route.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';
import { reference } from '../../reference-impl/system.ts';

const op = (type: 'invoke' | 'ok' | 'info', timeUs: number, id: number): HistoryEvent => {
  return { type, timeUs, process: 0, op: id, f: 'read', key: 'k', value: null };
};

/** A metric of somebody's own: what a node says of its queue. */
const stalls: Metric = {
  name: 'mine_stalls_total',
  help: 'How often a node was late.',
  type: 'counter',
  reader: stateless((e) => (e.type === 'stall' ? [{ value: 1 }] : [])),
};

const valueOf = (text: string, line: string): number | null => {
  const found = text.split('\n').find((l) => l.startsWith(`${line} `));
  return found === undefined ? null : Number(found.slice(line.length + 1));
};

describe('metrics', () => {
  it('count, keep the last, and sort by size', async () => {
    const book = new MetricBook([operationSeconds, stalls]);
    const read = book.follow(() => ({}));
    read(op('invoke', 0, 1));
    read(op('ok', 3_000, 1));
    read(op('invoke', 0, 2));
    read(op('info', 9_000_000, 2));
    read({ type: 'stall', timeUs: 0, node: 0, lateUs: 60_000 });
    const text = await book.text();
    const name = 'antlion_operation_duration_seconds';
    assert.equal(valueOf(text, `${name}_count{f="read"}`), 1);
    assert.equal(valueOf(text, `${name}_bucket{le="0.002",f="read"}`), 0);
    assert.equal(valueOf(text, `${name}_bucket{le="0.005",f="read"}`), 1);
    assert.equal(valueOf(text, 'mine_stalls_total'), 1);
    assert.match(text, /^# TYPE mine_stalls_total counter$/m);
  });

  it('of a run agree with what was judged', async () => {
    const [scenario] = scenariosMatching(['leader-crash']);
    assert.ok(scenario !== undefined);
    const program = programOf(scenario, 1, 'virtual', null);
    const { run, judgement } = runScenario(simulation(), reference, scenario, program);
    const metrics = new RunMetrics([...(reference.metrics ?? []), stalls]);
    const said = judgement.verdicts.map((v) => ({ id: v.invariant, verdict: v.kind }));
    metrics.add(run.history, program, said);
    const text = await metrics.text();
    const of = 'scenario="leader-crash"';
    const ended = [...text.matchAll(/^antlion_operations_total\{.*\} (\d+)$/gm)];
    const sum = ended.reduce((n, [, value]) => n + Number(value), 0);
    assert.equal(sum, judgement.operations);
    const crashes = `antlion_faults_total{${of},node="",kind="crash",phase="effective"}`;
    assert.equal(valueOf(text, crashes), 2);
    const leaders = [...text.matchAll(/^antlion_leader_changes_total\{.*\} (\d+)$/gm)];
    assert.ok(leaders.length >= 2, 'the first leader and the one after the crash');
    for (const { id } of said) assert.match(text, new RegExp(`promise="${id}",verdict="holds"`));
    assert.match(text, /^antlion_term\{scenario="leader-crash",node="server-\d"\} \d+$/m);
  });

  it('of a node are what it observed since it started', async () => {
    const listeners: ((e: ObservationEvent) => void)[] = [];
    const app = new Hono();
    const node = {
      config: { id: 0, shape: cluster({ servers: 1, clients: 0 }), settings: {} as never },
      hasStopped: false,
      trueUs: () => 0,
      call: () => Promise.resolve(null),
      onObserve: (f: (e: ObservationEvent) => void) => void listeners.push(f),
    };
    metricsRoute(node, mechanisms)(app);
    for (const tell of listeners) {
      const value = { kind: 'role', role: 'leader', term: 7 } as const;
      tell({ type: 'observe', timeUs: 0, node: 0, value });
    }
    const response = await app.request('/metrics');
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    assert.equal(valueOf(text, 'antlion_term'), 7);
    assert.equal(valueOf(text, 'antlion_leader_changes_total'), 1);
    assert.match(text, /^# HELP antlion_mode /m);
  });
});
