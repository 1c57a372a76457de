/** `antlion check`: verdicts, exit codes and messages of the command itself. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, it } from 'mocha';
import { cutOff } from '../../harness/cli/check/cut-off.ts';
import { bad, good, inFolder, lines, records, type Line } from './check-lines.ts';

/** Many at once and one read that only a search can place. */
const hard = lines(
  ...Array.from({ length: 9 }, (_, i) => [i, 'invoke', 'write', i % 2] as const),
  ...Array.from({ length: 9 }, (_, i) => [i, 'ok', 'write', i % 2] as const),
  [10, 'invoke', 'read'],
  [10, 'ok', 'read', 0],
);

describe('antlion check', () => {
  const { inIt, write, check } = inFolder();

  it('says one line a file, and exits with the worst verdict', async () => {
    const files = [write('good.jsonl', good), write('hard.jsonl', hard), write('bad.jsonl', bad)];
    const all = await check(...files, '--model', 'register', '--budget', '1');
    assert.equal(all.code, 1);
    assert.equal(all.stderr, '');
    const pattern =
      /^✔ holds +2 operations +[\d.]+ ms {2}\S+good.jsonl\n\? unknown +10 operations .*hard.jsonl\n +the budget of 1 steps .*\n✖ violated +3 operations .*bad.jsonl\n$/;
    assert.match(all.stdout, pattern);
    const unknown = await check(...files.slice(0, 2), '--model', 'register', '--budget', '1');
    assert.equal(unknown.code, 2);
    const holds = await check(...files.slice(0, 2), '--model', 'register');
    assert.equal(holds.code, 0);
  });

  it('explains when asked to', async () => {
    const r = await check(write('bad.jsonl', bad), '--model', 'register', '--explain');
    const [, ...why] = r.stdout.trimEnd().split('\n');
    assert.deepEqual(
      why.map((l) => l.trim()),
      [
        "process 0's write of 1 returned with event 2.",
        "process 1's read of nothing was called with event 3 and returned with event 4: nothing removed that after process 0's write of 1 was called.",
        'The first 4 events show it.',
      ],
    );
  });

  it('gives programs a line a file', async () => {
    const files = [write('bad.jsonl', bad), write('good.jsonl', good)];
    const r = await check(...files, '--model', 'register', '--json');
    assert.equal(r.code, 1);
    const [violated, holds] = records(r.stdout) as [Line, Line];
    assert.ok(violated.elapsedMs >= 0);
    assert.deepEqual(
      { ...violated, elapsedMs: 0 },
      {
        file: files[0],
        verdict: 'violated',
        operations: 3,
        elapsedMs: 0,
        nodes: 0,
        core: [
          { process: 0, f: 'write', value: 1, invoked: 0, completed: 1 },
          { process: 1, f: 'read', value: null, invoked: 2, completed: 3 },
        ],
        prefix: 4,
      },
    );
    assert.deepEqual([holds.verdict, holds.core, holds.prefix], ['holds', [], null]);
    const explained = await check(...files, '--model', 'register', '--json', '--explain');
    assert.ok(Array.isArray(records(explained.stdout)[0]?.['sentences' as never]));
  });

  it('writes down what holds, and only that', async () => {
    const path = inIt('certificate.json');
    const args = ['--model', 'register', '--certificate', path];
    const no = await check(write('bad.jsonl', bad), ...args);
    assert.deepEqual([no.code, existsSync(path)], [1, false]);
    assert.match(no.stderr, /certificate.json was not written: only what holds has a certificate/);
    const file = write('hard.jsonl', hard);
    const yes = await check(file, ...args);
    assert.deepEqual([yes.code, yes.stderr], [0, '']);
    const { orders } = JSON.parse(readFileSync(path, 'utf8')) as {
      orders: Record<string, number[]>;
    };
    // With nothing of ours: one value after another, each event once, the read last.
    const events = hard.split('\n').map((l) => JSON.parse(l) as { f: string; value: unknown });
    const order = orders[''] ?? [];
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 18],
    );
    assert.deepEqual([order.at(-1), events[order.at(-2) ?? 0]?.value], [18, 0]);
    const refused = async (...more: string[]): Promise<string> => {
      const r = await check(...more);
      assert.equal(r.code, 64);
      return r.stderr;
    };
    assert.match(await refused(file, file, ...args), /is of one history, got 2 files/);
    const own = ['--model', 'register', '--certificate', file];
    assert.match(await refused(file, ...own), /is the history itself/);
    const nowhere = ['--model', 'register', '--certificate', inIt('no/c.json')];
    assert.match(await refused(file, ...nowhere), /whose folder is not there/);
    const asFolder = ['--model', 'register', '--certificate', inIt('.')];
    assert.match(await refused(file, ...asFolder), /cannot be written \(EISDIR\)/);
  });

  it('allows clocks to be wrong, and sessions to be of the whole store, as told', async () => {
    const at = (seconds: number, event: object): string =>
      JSON.stringify({ f: 'acquire', key: 'l', ...event, time: seconds * 1e9 });
    const lease = { ttlUs: 10_000_000 };
    const locks = [
      at(0, { process: 0, type: 'invoke', value: lease }),
      at(1, { process: 0, type: 'ok', value: 1 }),
      at(8, { process: 1, type: 'invoke', value: lease }),
      at(9.999, { process: 1, type: 'ok', value: 2 }),
    ];
    const file = write('locks.jsonl', locks.join('\n'));
    for (const [code, ...flags] of [
      [1],
      [0, '--drift', '200'],
      [1, '--drift', '40'],
      [0, '--skew', '5ms'],
      [64, '--skew', 'soon'],
      [64, '--drift', '2000000'],
      [64, '--scope', 'store'],
    ] as const) {
      assert.equal((await check(file, '--model', 'lock', ...flags)).code, code, flags.join(' '));
    }
    const saw = (process: number, f: string, key: string, version: number): string[] =>
      ['invoke', 'ok'].map((type) =>
        JSON.stringify({ process, type, f, key, value: version, version }),
      );
    const both = [saw(1, 'write', 'y', 1), saw(1, 'write', 'y', 2)];
    const back = [saw(0, 'write', 'x', 3), saw(0, 'read', 'y', 1)];
    const store = write('store.jsonl', [...both, ...back].flat().join('\n'));
    const scope = ['--model', 'sessions', '--scope'];
    assert.equal((await check(store, ...scope, 'key')).code, 0);
    assert.equal((await check(store, ...scope, 'store')).code, 1);
    const { code, stderr } = await check(store, ...scope, 'all');
    assert.equal(code, 64);
    assert.match(stderr, /scope is "all", wanted key or store/);
  });

  it('begins where it is told to', async () => {
    const zero = write('zero.jsonl', lines([0, 'invoke', 'read'], [0, 'ok', 'read', 0]));
    assert.equal((await check(zero, '--model', 'register')).code, 1);
    assert.equal((await check(zero, '--model', 'register', '--init', '0')).code, 0);
  });

  it('holds transactions against the level that was asked for', async () => {
    const stale = lines(
      [0, 'invoke', 'txn', [['append', 'x', 1]]],
      [0, 'ok', 'txn', [['append', 'x', 1]]],
      [1, 'invoke', 'txn', [['r', 'x', null]]],
      [1, 'ok', 'txn', [['r', 'x', []]]],
    );
    const file = write('txn.jsonl', stale);
    const strict = await check(file, '--model', 'list-append', '--explain');
    assert.equal(strict.code, 1);
    assert.match(strict.stdout, /strongest level that holds/);
    const level = ['--consistency', 'serializable'];
    assert.equal((await check(file, '--model', 'list-append', ...level)).code, 0);
    const json = await check(file, '--model', 'list-append', '--json');
    const [record] = records(json.stdout) as [Line];
    assert.deepEqual(
      { ...record, elapsedMs: 0 },
      {
        file,
        verdict: 'violated',
        operations: 2,
        elapsedMs: 0,
        nodes: 0,
        core: [
          { process: 1, f: 'txn', value: [['r', 'x', []]], invoked: 2, completed: 3 },
          { process: 0, f: 'txn', value: [['append', 'x', 1]], invoked: 0, completed: 1 },
        ],
        prefix: 4,
      },
    );
  });

  it('runs transactions on many registers', async () => {
    const txn = [
      ['read', 'x', 0],
      ['write', 'y', 3],
    ];
    const file = write('many.jsonl', lines([0, 'invoke', 'txn', txn], [0, 'ok', 'txn', txn]));
    const model = ['--model', 'multi-register', '--init'];
    assert.equal((await check(file, ...model, '{"x":0}')).code, 0);
    assert.equal((await check(file, ...model, '{"x":1}')).code, 1);
  });

  it('takes a model of your own from a file', async () => {
    const api = pathToFileURL('dist/harness/index.js').href;
    const model = (name: string, exported: string): string =>
      write(name, `import { illegal } from '${api}';\n${exported}`);
    const body = `kind: 'step', name: 'register', initial: null,
      step: (state, op) => (op.f === 'write' ? op.input : op.output === state ? state : illegal),
      isPure: (op) => op.f === 'read'`;
    const register = model('register.mjs', `export default { ${body} };`);
    const files = [write('good.jsonl', good), write('bad.jsonl', bad)];
    const r = await check(...files, '--model', register, '--json');
    assert.equal(r.code, 1);
    const [holds, violated] = records(r.stdout) as [Line, Line];
    assert.deepEqual([holds.verdict, violated.verdict, violated.prefix], ['holds', 'violated', 4]);
    const zero = write('zero.jsonl', lines([0, 'invoke', 'read'], [0, 'ok', 'read', 0]));
    assert.equal((await check(zero, '--model', register, '--init', '0')).code, 0);

    const refused = async (path: string, message: RegExp): Promise<void> => {
      const no = await check(files[0] ?? '', '--model', path);
      assert.equal(no.code, 64, no.stderr);
      assert.match(no.stderr, message);
    };
    await refused(inIt('none.mjs'), /^E_USAGE: model .*none.mjs cannot be loaded: .*ERR_MODULE/);
    await refused(model('empty.mjs', ''), /exports nothing by default, wanted \{ kind: 'step'/);
    for (const [name, body, message] of [
      [
        'step',
        `kind: 'step', initial: 0, step() {}`,
        /the step of model "x" returned undefined for "write" 1, wanted a state/,
      ],
      [
        'cell',
        `kind: 'cell', initial: 0, effect() {}`,
        /the effect of model "x" returned undefined for "write" 1, wanted an obj/,
      ],
    ] as const) {
      await refused(model(`${name}.mjs`, `export default { name: 'x', ${body} };`), message);
    }
    await refused(model('typed.ts', ''), /^E_USAGE: model .*typed.ts is TypeScript, which Node/);
    const broken = `export default { kind: 'step', name: 'b', initial: 0, step: (s) => s.x.y };`;
    await refused(
      model('broken.mjs', broken),
      /^E_USAGE: model .*broken.mjs threw TypeError: Cannot/,
    );
  });

  it('ends a check at its limit of time, and goes on with the next file', async () => {
    // A search of many seconds: who wins among 40 equal writers matters to every reader.
    const storm = lines(
      ...Array.from({ length: 60 }, (_, i) => [i, 'invoke', 'enqueue', i % 3] as const),
      ...Array.from({ length: 60 }, (_, i) => [i, 'ok', 'enqueue', i % 3] as const),
      ...Array.from({ length: 60 }, (_, i) => [i, 'invoke', 'dequeue'] as const),
      ...Array.from({ length: 60 }, (_, i) => [i, 'ok', 'dequeue', (i * 7) % 4] as const),
    );
    const queue = lines([0, 'invoke', 'enqueue', 1], [0, 'ok', 'enqueue', 1]);
    const files = [write('storm.jsonl', storm), write('queue.jsonl', queue)];
    const budget = ['--budget', '999999999', '--limit', '2s'];
    const r = await check(...files, '--model', 'fifo-queue', '--explain', ...budget);
    assert.equal(r.code, 2);
    assert.match(r.stdout, /^\? unknown +120 operations .*\n +the limit of time was reached.*\n✔ /);
  });

  it('keeps what is known of a check that was ended: a verdict stays, all else is unknown', () => {
    const begun = { file: 'h.jsonl', operations: 7, judged: null, elapsedMs: 5 };
    const { report } = cutOff(begun, 'time was up');
    assert.deepEqual(
      [report.verdict, report.operations, report.sentences],
      ['unknown', 7, ['time was up']],
    );
    const violated = { ...report, verdict: 'violated' as const, sentences: ['Anomalies: G0.'] };
    const kept = cutOff({ ...begun, judged: { report: violated, elapsedMs: 2 } }, 'time was up');
    assert.deepEqual([kept.report.verdict, kept.elapsedMs], ['violated', 2]);
    assert.deepEqual(kept.report.sentences, [
      'Anomalies: G0.',
      'Which operations show it was not found: time was up.',
    ]);
  });

  it('ends by work, at the same place each time, however fast the machine is', async () => {
    const file = write('searched.jsonl', hard);
    const checked = async (): Promise<string> =>
      (await check(file, '--model', 'register', '--budget', '3', '--explain')).stdout.replace(
        /[\d.]+ ms/,
        '',
      );
    const first = await checked();
    assert.match(first, /^\? unknown[^]*the budget of 3 steps is used up; 0 of 1 parts/);
    assert.equal(await checked(), first);
  });

  it('refuses what it does not know', async () => {
    const file = write('good.jsonl', good);
    const refused = async (args: string, message: RegExp): Promise<void> => {
      const r = await check(file, ...args.split(' '));
      assert.equal(r.code, 64, args);
      assert.match(r.stderr, message);
    };
    await refused(
      '--format edn2 --model register',
      /^E_USAGE: format is "edn2", wanted one of jsonl, edn/,
    );
    await refused('--model registre', /^E_USAGE: model is "registre", wanted one of register/);
    await refused('--model register --init {', /^E_USAGE: init is {, wanted JSON/);
    await refused('--model register --budget 0', /It is no whole number from 1/);
    await refused('--model register --limit 3', /^E_USAGE: duration is "3"/);
    await refused('--model list-append --consistency x', /^E_USAGE: consistency is "x"/);
    await refused('--json', /required option '--model <name>' not specified/);
  });
});
