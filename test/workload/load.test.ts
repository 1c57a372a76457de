/** Load as one operation: when requests are due, which keys they ask for, what is recorded. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  cluster,
  countOperations,
  defineScenario,
  HarnessError,
  type Json,
  type HistoryEvent,
  type LoadEvent,
  loadOperations,
  type Outcome,
  Prng,
  programOf,
  runScenario,
  type ScenarioRun,
  secondsUs,
  simulation,
} from '../../harness/index.ts';
import { stepsOf } from '../../harness/runner/narrate.ts';
import { shrink } from '../../harness/runner/shrink.ts';
import { WorkloadClient } from '../../harness/workload/client.ts';
import { arrivalsOf, expectedRequests } from '../../harness/workload/load/arrivals.ts';
import { countsOf } from '../../harness/workload/load/counts.ts';
import type { LoadInput } from '../../harness/workload/load/input.ts';
import { rankOf } from '../../harness/workload/load/keys.ts';
import { Latencies } from '../../harness/workload/load/latencies.ts';
import { reference } from '../../reference-impl/system.ts';

const ratesAndLength = fc.record({
  rate: fc
    .array(fc.tuple(fc.nat(2_000_000), fc.integer({ min: 0, max: 5_000 })), {
      minLength: 1,
      maxLength: 5,
    })
    .map((points) => points.sort((a, b) => a[0] - b[0])),
  forUs: fc.integer({ min: 1, max: 2_000_000 }),
});

describe('when the requests of a load are due', () => {
  it('is at equal shares of the rate, as a slow sum over every µs says', () => {
    const rate = [
      [100, 0],
      [1_100, 200_000],
      [1_100, 50_000],
      [2_000, 50_000],
    ] as const;
    const forUs = 3_000;
    const rateAt = (us: number): number => {
      const after = rate.findIndex(([atUs]) => atUs > us);
      const before = rate[after === -1 ? rate.length - 1 : after - 1];
      const next = rate[after];
      if (before === undefined) return rate[0][1];
      if (next === undefined) return before[1];
      return before[1] + ((next[1] - before[1]) * (us - before[0])) / (next[0] - before[0]);
    };
    const due: number[] = [];
    let sum = 0;
    for (let us = 0; us < forUs; us++) {
      sum += rateAt(us + 0.5) / 1e6;
      while (sum >= due.length + 0.5) due.push(us);
    }
    const got = [...arrivalsOf({ rate, forUs, arrivals: 'even' }, new Prng(1))];
    assert.equal(got.length, due.length);
    got.forEach((us, i) => assert.ok(Math.abs(us - (due[i] as number)) <= 1, `${i}: ${us}`));
  });

  it('never goes back, ends in time, and comes to what the rate asks for', () => {
    fc.assert(
      fc.property(ratesAndLength, fc.constantFrom('even', 'poisson'), (plan, arrivals) => {
        const due = [...arrivalsOf({ ...plan, arrivals } as never, new Prng(7))];
        due.forEach((us, i) => assert.ok(us >= (due[i - 1] ?? 0) && us < plan.forUs));
        const expected = expectedRequests(plan);
        // Eight standard deviations of a Poisson number: less than once in 10^14.
        const slack = arrivals === 'even' ? 1 : 8 * Math.sqrt(expected) + 8;
        assert.ok(Math.abs(due.length - expected) <= slack, `${due.length} of ${expected}`);
      }),
    );
  });
});

describe('which keys a load asks for', () => {
  it('follows Zipf: the first twice as often as the second', () => {
    const rank = rankOf({ count: 1_000, distribution: 'zipf' });
    const draw = new Prng(3);
    const counts = new Map<number, number>();
    for (let i = 0; i < 100_000; i++) {
      const r = rank(draw);
      assert.ok(r >= 0 && r < 1_000);
      counts.set(r, (counts.get(r) ?? 0) + 1);
    }
    const ratio = (counts.get(0) as number) / (counts.get(1) as number);
    assert.ok(ratio > 1.8 && ratio < 2.2, `${ratio}`);
  });
});

describe('percentiles of a load', () => {
  it('are those of the sorted latencies, at most 1/32 above', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000_000), { minLength: 1, maxLength: 300 }), (all) => {
        const latencies = new Latencies();
        for (const us of all) latencies.add(us);
        const sorted = [...all].sort((a, b) => a - b);
        const summary = latencies.summary();
        assert.ok(summary !== null);
        const wanted = { p50Us: 0.5, p90Us: 0.9, p99Us: 0.99 } as const;
        for (const [name, q] of Object.entries(wanted)) {
          const exact = sorted[Math.ceil(q * all.length) - 1] as number;
          const got = summary[name as keyof typeof wanted];
          assert.ok(got >= exact && got <= exact * (1 + 1 / 32), `${name}: ${got}, ${exact}`);
        }
        assert.equal(summary.maxUs, sorted.at(-1));
      }),
    );
  });
});

/** A virtual second in which answers come after 10 ms, but for those that `answers` leaves out. */
function play(input: Partial<LoadInput>, answers: (n: number) => boolean, stopUs = Infinity) {
  const due: { atUs: number; f: () => void }[] = [];
  let nowUs = 0;
  const events: HistoryEvent[] = [];
  const abandoned: number[] = [];
  let n = 0;
  const scheduler = {
    nowUs: () => nowUs,
    after: (delayUs: number, f: () => void) => void due.push({ atUs: nowUs + delayUs, f }),
  };
  const value = {
    each: { f: 'write', value: { id: '$id' } },
    rate: [[0, 100]],
    arrivals: 'even',
    forUs: 1_000_000,
    keys: { count: 3, distribution: 'uniform' },
    seed: 1,
    ...input,
  };
  const asked: { readonly key: string; readonly value: unknown }[] = [];
  const client = new WorkloadClient({
    client: 0,
    clients: 1,
    operations: [{ id: 5, afterUs: 0, f: 'load', key: 'k', value: value as never }],
    deadlineUs: 300_000,
    scheduler,
    start(op, done) {
      asked.push(op);
      if (answers(n++)) scheduler.after(10_000, () => done({ type: 'ok', value: null }));
    },
    abandon: (op) => void abandoned.push(op.id),
    record: (e) => events.push(e),
  });
  client.begin();
  for (;;) {
    due.sort((a, b) => a.atUs - b.atUs);
    const first = due.shift();
    if (first === undefined || first.atUs > stopUs) break;
    nowUs = first.atUs;
    first.f();
  }
  client.stop();
  const windows = events.filter((e): e is LoadEvent => e.type === 'load');
  return { events, windows, abandoned, asked, isFinished: client.isFinished };
}

describe('what a load does', () => {
  it('is sent on time, recorded every 100 ms, and ends when nothing is open', () => {
    const { windows, events, asked } = play({}, () => true);
    assert.equal(asked.length, 100);
    assert.equal(new Set(asked.map((a) => JSON.stringify(a.value))).size, 100);
    assert.deepEqual([...new Set(asked.map((a) => a.key))].sort(), ['k0', 'k1', 'k2']);
    assert.deepEqual(
      windows.map((w) => w.began),
      [...Array.from({ length: 10 }, () => 10), 0],
    );
    assert.deepEqual(windows[3]?.latency, {
      p50Us: 10_000,
      p90Us: 10_000,
      p99Us: 10_000,
      maxUs: 10_000,
    });
    assert.deepEqual(
      events.filter((e) => e.type !== 'load').map((e) => e.type),
      ['invoke', 'ok'],
    );
    assert.equal(countOperations({ events, readyUs: 0, endUs: 0 }).ok, 101);
  });

  it('does not wait for answers, and gives each request up after the deadline', () => {
    const { windows, abandoned } = play({}, (n) => n % 2 === 0);
    assert.equal(
      windows.reduce((sum, w) => sum + w.began, 0),
      100,
    );
    assert.equal(
      windows.reduce((sum, w) => sum + w.info, 0),
      50,
    );
    assert.equal(
      windows.reduce((sum, w) => sum + w.ok, 0),
      50,
    );
    assert.equal(abandoned.length, 50);
    assert.ok(windows.length >= 13, 'goes on until the last deadline');
  });

  it('sends what is due in one slice as one request, at its end, and counts what it stood for', () => {
    const alone = play({ arrivals: 'poisson' }, () => true);
    const input: Partial<LoadInput> = {
      each: { f: 'write', value: { n: '$count' } },
      arrivals: 'poisson',
      keys: null,
      togetherUs: 50_000,
    };
    const { windows, asked } = play(input, (n) => n !== 3);
    const stoodFor = asked.map((a) => (a.value as { n: number }).n);
    const sum = (of: (w: LoadEvent) => number, all = windows): number =>
      all.reduce((s, w) => s + of(w), 0);
    assert.ok(asked.length <= 20 && stoodFor.every((n) => n >= 1));
    assert.equal(
      sum((w) => w.began),
      sum((w) => w.began, alone.windows),
    );
    assert.equal(
      sum((w) => w.info),
      stoodFor[3],
    );
    assert.equal(
      sum((w) => w.ok + w.info),
      sum((w) => w.began),
    );
    // The first of a slice waits for its end: 50 ms at most, and the answer takes 10.
    assert.ok(windows.every((w) => w.latency === null || w.latency.maxUs <= 60_000));
  });

  it('believes what a result says of those that it stood for, and no more than there were', () => {
    const outcome = (counts: Json): Outcome => ({ type: 'ok', value: { counts } });
    const told = countsOf(outcome({ ok: 5, fail: 2, reasons: { busy: 2 } }), 10);
    assert.deepEqual([told.ok, told.fail, told.info], [5, 2, 3]);
    assert.deepEqual(told.reasons, [
      ['busy', 2],
      ['nothing was said of it', 3],
    ]);
    assert.equal(countsOf({ type: 'ok', value: null }, 10).ok, 10);
    assert.equal(countsOf({ type: 'info', error: 'deadline' }, 10).info, 10);
    for (const counts of [{ ok: 11 }, { ok: -1 }, { ok: 1.5 }, { ok: 'all' }] as Json[]) {
      assert.throws(() => countsOf(outcome(counts), 10), /E_CONFIG|counts/);
    }
  });

  it('is unknown when nothing was answered, and when the run ends before it', () => {
    const silent = play({}, () => false).events.at(-1);
    assert.deepEqual(
      [silent?.type, silent?.type === 'info' && silent.error],
      ['info', 'none of 100 requests was answered'],
    );
    const cut = play({}, (n) => n % 2 === 0, 500_000);
    assert.equal(
      cut.windows.reduce((sum, w) => sum + w.ok + w.fail + w.info - w.began, 0),
      0,
    );
    const last = cut.events.at(-1);
    assert.deepEqual([last?.type, last?.type === 'info' && last.error], ['info', 'the run ended']);
  });

  it('refuses what makes no sense, with what was wanted', () => {
    for (const input of [
      { rate: [] },
      {
        rate: [
          [5, 1],
          [0, 1],
        ],
      },
      { rate: [[0, 1e9]], forUs: 3_600_000_000 },
      { forUs: 0 },
      { keys: { count: 0, distribution: 'uniform' } },
      { togetherUs: 1_000 },
      { togetherUs: 1_000, keys: null },
    ] as unknown as Partial<LoadInput>[]) {
      assert.throws(
        () => play(input, () => true),
        (e) => e instanceof HarnessError && e.code === 'E_CONFIG',
        JSON.stringify(input),
      );
    }
  });
});

const surge = defineScenario({
  name: 'read-surge',
  claim: 'A cluster answers when reads rise tenfold.',
  promises: ['election-safety'],
  effective: 'any',
  story: (draw) => ({
    shape: cluster({ servers: 3, clients: 2 }),
    faults: [{ kind: 'crash', atUs: 500_000, untilUs: 1_500_000, nodes: { of: 'follower' } }],
    clients: loadOperations(draw, {
      clients: 2,
      each: { f: 'read' },
      key: 'k',
      keys: { count: 20, distribution: 'zipf' },
      rate: [
        [0, 100],
        [1_000_000, 1_000],
      ],
      forUs: secondsUs(2),
    }),
    durationUs: secondsUs(5),
  }),
});

describe('a load in a run', () => {
  it('is a story like any other: the same seed, the same history, counts for what it asked', () => {
    const once = (): ScenarioRun =>
      runScenario(simulation(), reference, surge, programOf(surge, 4, 'virtual', null));
    const [a, b] = [once(), once()];
    assert.equal(a.run.traceHash, b.run.traceHash);
    assert.equal(a.verdict, 'holds');
    assert.ok(a.judgement.successes > 1_000, `${a.judgement.successes}`);
  });

  it('is told in one line and shrinks to a plain one', () => {
    const program = programOf(surge, 4, 'virtual', null);
    const run = simulation().run(reference, program);
    const steps = stepsOf(program, run.history);
    assert.match(steps.join('\n'), /c0 load k: read of 20 keys, 50 → 500 a second for 2 s → ok: /);
    const small = shrink(program, {
      workMax: 1e9,
      noiseQuick: 1,
      noiseThorough: 1,
      attempt: (p) => {
        const { history } = simulation().run(reference, p);
        const counts = countOperations(history);
        return { violatedUs: counts.ok > 40 ? secondsUs(4) : null, work: 1 };
      },
    }).program;
    const left = small.clients.flat();
    assert.equal(left.length, 1);
    const input = left[0]?.value as unknown as LoadInput;
    assert.deepEqual([input.rate.length, input.keys, input.arrivals], [1, null, 'even']);
  });
});
