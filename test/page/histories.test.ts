/** Recorded histories as pages: operations as they are written, why they cannot be, and how to check again. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { writeHistory } from '../../harness/cli/files/history-file.ts';
import { ownHistory } from '../../harness/cli/files/own-history.ts';
import type { HistoryEvent } from '../../harness/core/history.ts';
import { faultBands } from '../../harness/page/prepare/faults.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';
import { minorityPartition } from '../../scenarios/minority-partition.ts';
import type { RunView } from '../../harness/page/view.ts';
import { antlion, skipUnlessBuilt } from '../cli/antlion.ts';

const line = (type: string, process: number, f: string, value: unknown, timeMs?: number): string =>
  JSON.stringify({ type, process, f, value, ...(timeMs !== undefined && { time: timeMs * 1e6 }) });

const register = [
  line('invoke', 0, 'write', 1, 10),
  line('ok', 0, 'write', 1, 20),
  line('invoke', 1, 'write', 2, 30),
  line('info', 1, 'write', 2, 40),
  line('invoke', 2, 'read', null, 50),
  line('ok', 2, 'read', 3, 60),
  line('invoke', 3, 'read', null, 70),
  line('fail', 3, 'read', null, 80),
];
const append = [
  line('invoke', 0, 'txn', [
    ['append', 'x', 1],
    ['r', 'y', null],
  ]),
  line('invoke', 1, 'txn', [
    ['append', 'y', 1],
    ['r', 'x', null],
  ]),
  line('ok', 0, 'txn', [
    ['append', 'x', 1],
    ['r', 'y', []],
  ]),
  line('ok', 1, 'txn', [
    ['append', 'y', 1],
    ['r', 'x', []],
  ]),
  line('invoke', 0, 'txn', [
    ['r', 'x', null],
    ['r', 'y', null],
  ]),
  line('ok', 0, 'txn', [
    ['r', 'x', [1]],
    ['r', 'y', [1]],
  ]),
];

describe('a recorded history as a page', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'antlion-page-'));
  before(function () {
    skipUnlessBuilt(this);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function pageOf(
    name: string,
    lines: readonly string[],
    flags: readonly string[],
  ): Promise<{ code: number; page: string; run: RunView }> {
    const [file, out] = [join(folder, name), join(folder, `${name}.html`)];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const ended = await antlion(['report', file, ...flags, '--out', out]);
    assert.equal(ended.stderr, '');
    const page = readFileSync(out, 'utf8');
    const data = /id="data-history">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    return { code: ended.code, page, run: JSON.parse(data) as RunView };
  }

  it('has a row for each process, and says of each operation how it ended', async () => {
    const { code, run, page } = await pageOf('r.jsonl', register, ['--model', 'register']);
    assert.equal(code, 1);
    // Process 2 came when 1 had been told nothing: it is the same client.
    assert.deepEqual(run.clients, ['process 0', 'process 1 …', 'process 3']);
    assert.deepEqual(run.operations.outcome, [0, 3, 0, 1]);
    assert.equal(run.isTimed, true);
    // The position of its call is its id, as a report of `check` has it.
    assert.ok(run.violation?.ops.includes(4), String(run.violation?.ops));
    assert.ok(run.lanes.some((l) => l.label.endsWith('is 3') && l.segments.length === 0));
    assert.match(page, /npx antlion check \S+r\.jsonl --model register --explain/);
    assert.match(page, /nothing set 3 again after/);
  });

  it('draws transactions as a cycle with a reason on each edge, also without times', async () => {
    const flags = ['--model', 'list-append', '--consistency', 'serializable'];
    const { code, run, page } = await pageOf('t.jsonl', append, flags);
    assert.equal(code, 1);
    assert.equal(run.isTimed, false);
    const cycle = run.violation?.cycle;
    assert.equal(cycle?.nodes.length, 2);
    assert.equal(cycle.reasons.length, 2);
    assert.match(page, /<svg[^>]* role="img" aria-label="G2-item: T\d/);
    const { texts, asked } = run.operations;
    assert.equal(texts[asked[0] ?? -1], 'txn append 1 to x, read y');
  });

  it('has forms of its own for sessions and for locks', async () => {
    const at = (type: string, process: number, f: string, value: unknown, ms: number, more = {}) =>
      JSON.stringify({ type, process, f, key: 'x', value, time: ms * 1e6, ...more });
    const sessions = [
      ...[1, 2].flatMap((v) => [
        at('invoke', 0, 'write', v, 10 * v),
        at('ok', 0, 'write', v, 10 * v + 5, { version: v }),
      ]),
      ...[2, 1].flatMap((v, i) => [
        at('invoke', 1, 'read', null, 50 + 20 * i),
        at('ok', 1, 'read', v, 60 + 20 * i, { version: v }),
      ]),
    ];
    const told = await pageOf('s.jsonl', sessions, ['--model', 'sessions']);
    assert.match(told.page, /What the session saw of x[^]*back from 2 to 1/);
    const lease = { ttlUs: 100_000 };
    const locks = [
      at('invoke', 0, 'acquire', lease, 10),
      at('ok', 0, 'acquire', 33, 20),
      at('invoke', 1, 'acquire', lease, 30),
      at('ok', 1, 'acquire', 34, 40),
    ];
    const { run } = await pageOf('l.jsonl', locks, ['--model', 'lock']);
    assert.deepEqual(
      run.lanes.map((l) => [l.label, l.segments[0]?.look]),
      [
        ['x: process 0', 'clash'],
        ['x: process 1', 'clash'],
      ],
    );
    assert.equal(run.operations.texts[run.operations.asked[0] ?? -1], 'acquire x for 100 ms');
  });

  const span = (f: string, from: number, to: number, name: string, value: string): object => ({
    name: f,
    startTimeUnixNano: String(1_764_000_000_000_000_000n + BigInt(from) * 1_000_000n),
    endTimeUnixNano: String(1_764_000_000_000_000_000n + BigInt(to) * 1_000_000n),
    attributes: [
      { key: 'history.f', value: { stringValue: f } },
      { key: `history.${name}`, value: { stringValue: value } },
    ],
  });
  const spans = [span('write', 1, 2, 'input', '1'), span('read', 3, 4, 'output', 'null')];
  const log = ['0 :invoke :write 1', '0 :ok :write 1', '1 :invoke :read nil', '1 :ok :read 7'].map(
    (event) => `INFO  jepsen.util - ${event.replaceAll(' ', '\t')}`,
  );
  const put = { Type: 'put-operation', Put: { Key: 'k', Value: { Value: 'a' }, LeaseID: 0 } };
  const get = {
    Type: 'range',
    Range: { Start: 'k', End: '', Limit: 0, KeysOnly: false, Revision: 0 },
  };
  const write = { Conditions: null, OperationsOnSuccess: [put], OperationsOnFailure: null };
  const report = [
    {
      ClientID: 1,
      Input: { Type: 'txn', Txn: write },
      Call: 10,
      Output: { Txn: { Failure: false, Results: [{}] }, Revision: 2, Error: '' },
      Return: 15,
    },
    {
      ClientID: 2,
      Input: get,
      Call: 20,
      Output: { Range: { KVs: [], Count: 0 }, Revision: 1 },
      Return: 25,
    },
  ].map((call) => JSON.stringify(call));
  for (const [format, lines, model] of [
    ['otlp', [JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })], 'register'],
    ['porcupine-log', log, 'register'],
    ['etcd-report', report, 'cas-register'],
  ] as const) {
    it(`is drawn from any format that check reads: ${format}`, async () => {
      const flags = ['--model', model, '--format', format];
      const { code, run, page } = await pageOf(`${format}.txt`, lines, flags);
      assert.equal(code, 1);
      assert.equal(run.operations.id.length, 2);
      assert.ok((run.violation?.facts.length ?? 0) > 0);
      assert.match(page, new RegExp(`antlion check \\S+ --model ${model} --format ${format}`));
    });
  }

  it('says that what holds holds', async () => {
    const { code, run } = await pageOf('ok.jsonl', register.slice(0, 2), ['--model', 'register']);
    assert.equal(code, 0);
    assert.equal(run.violation, null);
    assert.equal(run.promises[0]?.verdict, 'holds');
  });

  it('escapes what a history says: nothing of it becomes part of the page', async () => {
    const evil = '</script><script>document.title="x"</script>';
    const lines = [line('invoke', 0, 'read', null, 1), line('ok', 0, 'read', evil, 2)];
    const { code, page } = await pageOf('evil.jsonl', lines, ['--model', 'register']);
    assert.equal(code, 1);
    assert.ok(!page.includes('<script>document.title'));
  });

  it('refuses what is no history, and writes nothing', async () => {
    const out = join(folder, 'none.html');
    const ended = await antlion([
      'report',
      join(folder, 'none'),
      '--model',
      'register',
      '--out',
      out,
    ]);
    assert.equal(ended.code, 64);
    assert.match(ended.stderr, /^E_HISTORY: .* cannot be read/);
    assert.throws(() => readFileSync(out));
  });
});

describe('a history that antlion wrote', () => {
  it('brings its faults, its nodes and who led along', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-own-'));
    try {
      const program = programOf(minorityPartition, 1, 'virtual', null);
      const { history } = simulation().run(reference, program);
      const file = writeHistory(folder, 'own', history, {
        system: 'reference',
        environment: 'simulation',
        seed: 1,
        program,
        isComplete: true,
        verdicts: {},
      });
      const own = ownHistory(file);
      assert.ok(own !== null);
      assert.deepEqual(own.program, program);
      assert.deepEqual([own.history.readyUs, own.history.endUs], [history.readyUs, history.endUs]);
      const bands = faultBands(own.history, program);
      assert.deepEqual(
        [...bands.values()].map((f) => [f.fromUs, f.untilUs, f.effectiveUs, f.hits]),
        [...faultBands(history, program).values()].map((f) => [
          f.fromUs,
          f.untilUs,
          f.effectiveUs,
          f.hits,
        ]),
      );
      const leads = (events: readonly HistoryEvent[]): unknown =>
        events.flatMap((e) =>
          e.type === 'observe' && e.value.kind === 'role' && e.value.role === 'leader'
            ? [[e.timeUs, e.node, e.value.term]]
            : [],
        );
      assert.deepEqual(leads(own.history.events), leads(history.events));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is another matter than a history of others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antlion-own-'));
    try {
      const file = join(folder, 'h.jsonl');
      writeFileSync(file, `${register.join('\n')}\n`);
      assert.equal(ownHistory(file), null);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
