/** Forms of their own: who held what, what watchers were told, what sessions saw, load, cycles of transactions. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { HistoryEvent } from '../../harness/core/history.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Program } from '../../harness/core/program.ts';
import { cluster } from '../../harness/index.ts';
import { isolation } from '../../harness/invariants/isolation.ts';
import { sessionGuarantees } from '../../harness/invariants/session-guarantees.ts';
import { watchGuarantees } from '../../harness/invariants/watch-guarantees.ts';
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
    // Each has the name by which both of its reasons call it, and no other has it.
    assert.deepEqual(cycle.nodes.map((n) => n.title).sort(), [
      'T0 of process 0',
      'T1 of process 1',
    ]);
    const [first] = cycle.nodes.filter((n) => n.text.includes('a = 1'));
    assert.equal(first?.title, 'T0 of process 0');
  });
});

describe('what sessions saw', () => {
  const rows = (calls: readonly Call[]): unknown => {
    const { sessions } = violationIn(sessionGuarantees(), eventsOf(calls));
    return sessions?.sessions.map((s) => [
      s.who,
      ...s.rows.map((r) => [r.text, r.version, r.known, r.isNamed, r.isBack]),
    ]);
  };
  const steps: readonly Call[] = [
    [0, 'write', 'k', 1, 10, 1, 20, 1],
    [0, 'write', 'k', 2, 30, 2, 40, 2],
    [1, 'read', 'k', null, 50, 2, 60, 2],
  ];

  it('shows the newest that each knew, and where one went back', () => {
    assert.deepEqual(rows([...steps, [1, 'read', 'k', null, 70, 1, 80, 1]]), [
      ['c1', ['read k → 2', 2, null, true, false], ['read k → 1', 1, 2, true, true]],
    ]);
  });

  it('shows one that found nothing any more', () => {
    assert.deepEqual(rows([...steps, [1, 'read', 'k', null, 70, null, 80]]), [
      ['c1', ['read k → 2', 2, null, true, false], ['read k → nothing', null, 2, true, true]],
    ]);
  });

  it('keeps the one that knew better where it lies long before', () => {
    const reads = Array.from({ length: 30 }, (_, i): Call => {
      return [1, 'read', 'j', null, 100 + 10 * i, null, 105 + 10 * i];
    });
    const all: Call[] = [
      [0, 'write', 'k', 1, 10, 1, 20, 1],
      [0, 'write', 'j', 2, 30, 2, 40, 2],
      [1, 'read', 'k', null, 50, 1, 60, 1],
      [1, 'read', 'j', null, 65, 2, 70, 2],
      ...reads.map(([p, f, , v, at, , end]): Call => [p, f, 'j', v, at, 2, end, 2]),
      [1, 'read', 'j', null, 900, null, 910],
    ];
    const { sessions } = violationIn(sessionGuarantees(), eventsOf(all));
    const [session] = sessions?.sessions ?? [];
    assert.equal(session?.rows.length, 12);
    assert.ok(session.rows[0]?.isNamed === true && (session.skipped ?? 0) > 10);
    assert.equal(session.rows.at(-1)?.isBack, true);
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
