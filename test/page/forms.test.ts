/** Forms of their own: who held what, what watchers were told, sides of nodes, load, cycles of transactions. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Program } from '../../harness/core/program.ts';
import { cluster } from '../../harness/index.ts';
import type { Facet } from '../../harness/core/system.ts';
import { isolation } from '../../harness/invariants/isolation.ts';
import { watchGuarantees } from '../../harness/invariants/watch-guarantees.ts';
import { aspectLanes } from '../../harness/page/prepare/aspects.ts';
import { loadView, unservedSpans } from '../../harness/page/prepare/load.ts';
import { lockLanes } from '../../harness/page/prepare/locks.ts';
import { violationView } from '../../harness/page/prepare/violation.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import type { ViolationView } from '../../harness/page/view.ts';

/** `[process, f, key, argument, called at ms, result, returned at ms, version]`. */
type Call = readonly [number, string, string, Json, number, Json, number, number?];

function eventsOf(calls: readonly Call[]): HistoryEvent[] {
  return calls
    .flatMap(([process, f, key, value, at, result, end, version], op): HistoryEvent[] => {
      const shared = { process, op, f, key };
      const told = version === undefined ? {} : { version };
      return [
        { type: 'invoke', timeUs: at * 1_000, value, ...shared },
        { type: 'ok', timeUs: end * 1_000, value: result, ...shared, ...told },
      ];
    })
    .sort((a, b) => a.timeUs - b.timeUs);
}

const program: Program = {
  scenario: 'story',
  shape: cluster({ servers: 2, clients: 2 }),
  faults: [],
  clients: [[], []],
  durationUs: 1_000_000,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 500_000, mutant: null, extra: {} },
};

function violationIn(invariant: Invariant, events: readonly HistoryEvent[]): ViolationView {
  const history = { events, readyUs: 0, endUs: events.at(-1)?.timeUs ?? 0 };
  const verdict = invariant.judge(history, program);
  assert.equal(verdict.kind, 'violated');
  return violationView({ history, program, verdict, note: '', codes: [] });
}

describe('who held what', () => {
  const lanes = (calls: readonly Call[], endUs: number): unknown[] =>
    lockLanes(eventsOf(calls), 'o', ['c0', 'c1'], endUs).flatMap((l) =>
      l.segments.map((s) => [l.label, s.look, s.text, s.fromUs / 1_000, s.untilUs / 1_000]),
    );

  it('has offices too: a term lasts for its lease from the renewal that was called last', () => {
    const calls: Call[] = [
      [0, 'campaign', 'o', { ttlUs: 100_000 }, 10, 3, 20],
      [0, 'renew-term', 'o', 3, 80, null, 90],
      [1, 'campaign', 'o', { ttlUs: 100_000 }, 200, 4, 210],
      [1, 'resign', 'o', 4, 220, null, 230],
    ];
    assert.deepEqual(lanes(calls, 1_000_000), [
      ['o: c0', 'held', 'leads in term 3, until its lease ends', 20, 180],
      ['o: c1', 'held', 'leads in term 4', 210, 220],
    ]);
  });

  it('marks an overlap that ends the run', () => {
    const calls: Call[] = [
      [0, 'acquire', 'o', { ttlUs: 500_000 }, 10, { token: 1, ttlUs: 500_000 }, 20],
      [1, 'acquire', 'o', { ttlUs: 500_000 }, 30, { token: 2, ttlUs: 500_000 }, 40],
    ];
    const told = lanes(calls, 40_000) as [string, string, string][];
    assert.deepEqual(
      told.map(([who, look, text]) => [who, look, text]),
      [
        ['o: c0', 'clash', 'holds it by token 1, as another does'],
        ['o: c1', 'clash', 'holds it by token 2, as another does'],
      ],
    );
  });
});

describe('what watchers were told', () => {
  const change = (value: number, revision: number) => ({ key: 'k/a', value, revision });
  const batch = (...events: readonly { readonly revision: number }[]) => ({
    revision: events.at(-1)?.revision ?? 0,
    events,
  });
  const writes: readonly Call[] = [1, 2, 3].map((n) => [
    0,
    'write',
    'k/a',
    n,
    n * 10,
    n,
    n * 10 + 5,
    n,
  ]);
  const watch = (...batches: readonly unknown[]): Call => [
    1,
    'watch',
    'k/',
    { forUs: 80_000, after: 0 },
    1,
    { after: 0, batches } as unknown as Json,
    90,
  ];
  const marks = (w: Call): unknown => {
    const { watches } = violationIn(watchGuarantees(), eventsOf([...writes, w]));
    return watches?.rows.map((r) => [r.revision, r.change, ...r.told]);
  };

  it('marks a revision that was left out', () => {
    assert.deepEqual(marks(watch(batch(change(1, 1)), batch(change(3, 3)))), [
      [1, 'k/a = 1', 'told'],
      [2, 'k/a = 2', 'gap'],
      [3, 'k/a = 3', 'told'],
    ]);
  });

  it('marks one that was told twice', () => {
    const twice = watch(
      batch(change(1, 1)),
      batch(change(2, 2)),
      batch(change(2, 2), change(3, 3)),
    );
    assert.deepEqual((marks(twice) as unknown[])[1], [2, 'k/a = 2', 'repeat']);
  });
});

describe('transactions that have no order', () => {
  it('are a cycle, with the reason on each edge', () => {
    const txn = (process: number, at: number, end: number, ...parts: Json[]): Call => {
      const asked = parts.map((p) =>
        (p as Json[])[0] === 'r' ? [...(p as Json[]).slice(0, 2), null] : p,
      );
      return [process, 'txn', 't', asked, at, parts, end];
    };
    const { cycle, facts } = violationIn(
      isolation('strict-serializable'),
      eventsOf([
        txn(0, 10, 20, ['w', 'a', 1], ['w', 'b', 1]),
        txn(1, 30, 40, ['r', 'a', null], ['r', 'b', 1]),
      ]),
    );
    assert.ok(cycle !== null);
    assert.equal(cycle.nodes.length, 2);
    assert.equal(cycle.reasons.length, 2);
    assert.deepEqual(
      facts.map((f) => f.ops),
      cycle.nodes.map((n) => [n.op]),
    );
    assert.match(cycle.nodes.map((n) => n.text).join('; '), /a is nothing, b is 1/);
    cycle.nodes.forEach((n, i) =>
      assert.ok(cycle.reasons[i]?.startsWith(n.title), cycle.reasons[i]),
    );
  });
});

describe('sides of nodes', () => {
  const circuits: Facet = {
    name: 'circuits',
    values: ['closed', 'open'],
    read: (o) => {
      const { kind, to } = o as unknown as { kind: string; to: string };
      return kind === 'circuit' ? { value: to, subject: 'back' } : null;
    },
  };
  const observe = (timeMs: number, node: number, value: object): HistoryEvent =>
    ({ type: 'observe', timeUs: timeMs * 1_000, node, value }) as HistoryEvent;
  const lanes = (events: readonly HistoryEvent[]): unknown =>
    aspectLanes({ events, readyUs: 0, endUs: 1_000_000 }, program.shape, [circuits]).map((l) => [
      l.label,
      ...l.segments.map((s) => [s.text, s.look, s.fromUs / 1_000, s.untilUs / 1_000]),
    ]);

  it('are rows where they were out of the ordinary', () => {
    const told = (at: number, node: number, to: string) =>
      observe(at, node, { kind: 'circuit', to });
    assert.deepEqual(
      lanes([
        told(10, 0, 'closed'),
        told(20, 0, 'open'),
        told(30, 0, 'closed'),
        told(40, 1, 'closed'),
      ]),
      [
        [
          'server-0 circuits back',
          ['closed', 'up', 10, 20],
          ['open', 'odd', 20, 30],
          ['closed', 'up', 30, 1_000],
        ],
      ],
    );
  });

  it('have evidence that was not renewed in time', () => {
    const issue = (at: number) =>
      observe(at, 1, {
        kind: 'evidence',
        evidence: { kind: 'routing-table', subject: 's', lifetimeUs: 100_000, issuedUs: 0 },
      });
    assert.deepEqual(lanes([issue(100), issue(150), issue(400)]), [
      [
        'server-1 evidence routing-table s',
        ['in force', 'up', 100, 150],
        ['in force', 'up', 150, 250],
        ['expired', 'odd', 250, 400],
        ['in force', 'up', 400, 500],
        ['expired', 'odd', 500, 1_000],
      ],
    ]);
  });
});

describe('load', () => {
  it('is told by window, and so is when nobody was served', () => {
    const window: HistoryEvent = {
      type: 'load',
      timeUs: 100_000,
      process: 0,
      op: 9,
      f: 'load',
      key: 's',
      windowUs: 100_000,
      began: 5,
      ok: 4,
      fail: 1,
      info: 0,
      dropped: 2,
      open: 0,
      latency: null,
    };
    const history = {
      events: [...eventsOf([[0, 'read', 'k', null, 100, 1, 700]]), window],
      readyUs: 0,
      endUs: 1_000_000,
    };
    const load = loadView(history);
    assert.deepEqual([load?.ok, load?.bad, load?.p50Us], [[4], [3], [-1]]);
    assert.deepEqual(unservedSpans(history), [{ fromUs: 100_000, untilUs: 700_000 }]);
  });
});
