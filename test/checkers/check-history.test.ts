/** Files with operations: what is read, what is refused, what is said. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckOptions, CheckReport } from '../../harness/checkers/check-report.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { modelNames } from '../../harness/checkers/models/registry.ts';
import { TxnTable } from '../../harness/checkers/transactions/table/table.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Json } from '../../harness/core/host.ts';

const lines = (...events: readonly object[]): string =>
  events.map((e) => JSON.stringify(e)).join('\n');
const check = (text: string, options: Parameters<typeof checkHistory>[1]): CheckReport =>
  checkHistory(readJepsen(text, 'jsonl', 'h.jsonl'), options);

function refuses(f: () => unknown, code: string, message: RegExp): void {
  assert.throws(f, (e) => {
    assert.ok(e instanceof HarnessError);
    assert.equal(e.code, code);
    assert.match(e.message, message);
    return true;
  });
}

const stale = lines(
  { process: 0, type: 'invoke', f: 'write', key: 'x', value: 1, time: 0 },
  { process: 0, type: 'ok', f: 'write', key: 'x', value: 1, time: 1e9 },
  { process: 1, type: 'invoke', f: 'write', key: 'x', value: 2, time: 2e9 },
  { process: 1, type: 'ok', f: 'write', key: 'x', value: 2, time: 3e9 },
  { process: 0, type: 'invoke', f: 'read', key: 'x', time: 4e9 },
  { process: 0, type: 'ok', f: 'read', key: 'x', value: 1, time: 5e9 },
  { process: 0, type: 'invoke', f: 'read', key: 'x', time: 6e9 },
);

describe('check of a recorded history', () => {
  it('says why, and how early it was seen', () => {
    const r = check(stale, { model: 'cas-register' });
    assert.equal(r.verdict, 'violated');
    assert.equal(r.operations, 4);
    assert.equal(r.prefix, 6);
    assert.deepEqual(
      r.core.map((op) => op.id),
      [1, 2],
    );
    assert.deepEqual(r.sentences, [
      "process 1's write of 2 to x returned at 3 s.",
      "process 0's read of 1 from x was called at 4 s and returned at 5 s: nothing set 1 again after process 1's write of 2 to x was called.",
    ]);
  });

  it('forgets a beginning that does not matter, whatever the cell held', () => {
    const inTurn = (f: string, ...values: readonly (number | null)[]): object[] =>
      values.flatMap((value) => [
        { process: 0, type: 'invoke', f, value },
        { process: 0, type: 'ok', f, value },
      ]);
    const many = Array.from({ length: 40 }, (_, i) => i % 2);
    const r = check(lines(...inTurn('write', ...many, 7), ...inTurn('read', 1)), {
      model: 'register',
    });
    assert.deepEqual(r.sentences, [
      "process 0's write of 7 returned with event 82.",
      "process 0's read of 1 was called with event 83 and returned with event 84: nothing set 1 again after process 0's write of 7 was called.",
    ]);
    const lock = many.flatMap((i) => inTurn(i === 0 ? 'acquire' : 'release', null));
    const held = check(lines(...lock, ...inTurn('acquire', null, null)), { model: 'mutex' });
    assert.deepEqual(
      held.core.map((op) => op.id),
      [40, 41],
    );
  });

  it('counts what was acquired and released where all of it matters, and tells the end of it', () => {
    // All at once: a third holder more than were given back, and nobody knows which.
    const each = (type: string, f: string, from: number, n: number): object[] =>
      Array.from({ length: n }, (_, i) => ({ process: from + i, type, f, value: null }));
    const r = check(
      lines(
        ...each('invoke', 'acquire', 0, 20),
        ...each('invoke', 'release', 20, 18),
        ...each('ok', 'acquire', 0, 20),
      ),
      { model: 'mutex' },
    );
    assert.equal(r.core.length, 20);
    assert.equal(r.sentences[0], '7 operations before the next ones belong to it, too.');
    assert.equal(r.sentences.length, 14);
    assert.match(
      r.sentences.at(-1) ?? '',
      /: by then 20 had been acquired and at most 18 released, with 1 free at first\.$/,
    );
  });

  it('takes fail for "did not happen", info and silence for "perhaps, at any later time"', () => {
    const after = (type: string): string =>
      check(
        lines(
          { process: 0, type: 'invoke', f: 'write', value: 1 },
          ...(type === 'silence' ? [] : [{ process: 0, type, f: 'write', value: 1 }]),
          { process: 1, type: 'invoke', f: 'read' },
          { process: 1, type: 'ok', f: 'read', value: null },
          { process: 1, type: 'invoke', f: 'read' },
          { process: 1, type: 'ok', f: 'read', value: 1 },
        ),
        { model: 'register' },
      ).verdict;
    assert.equal(after('info'), 'holds');
    assert.equal(after('silence'), 'holds');
    assert.equal(after('fail'), 'violated');
    assert.equal(after('ok'), 'violated');
  });

  it('begins with null, or with what is told', () => {
    const read = lines(
      { process: 0, type: 'invoke', f: 'read' },
      { process: 0, type: 'ok', f: 'read', value: 7 },
    );
    assert.equal(check(read, { model: 'register' }).verdict, 'violated');
    assert.equal(check(read, { model: 'register', initial: 7 }).verdict, 'holds');
    const none = check('', { model: 'register' });
    assert.equal(none.verdict, 'unknown');
  });

  it('says unknown, and why, of a history in which nothing is known to have happened', () => {
    const pending = lines({ process: 0, type: 'invoke', f: 'read' });
    for (const model of modelNames) {
      const { verdict, sentences } = check('', { model });
      assert.equal(verdict, 'unknown', model);
      // Each says what it missed: a read, a watch, an acquire, anything at all.
      assert.match(sentences.join(), /^(No|no|None|Nothing|nothing) ?|nothing was shown/, model);
    }
    const { verdict, sentences } = check(pending, { model: 'register' });
    const why = ['None of 1 operations is known to have happened: nothing was shown.'];
    assert.deepEqual([verdict, sentences], ['unknown', why]);
    const failed = `${pending}\n${lines({ process: 0, type: 'fail', f: 'read' })}`;
    assert.equal(check(failed, { model: 'register' }).verdict, 'unknown');
    const table = new TxnTable('list-append');
    assert.equal(checkHistory(table, { model: 'list-append' }).verdict, 'unknown');
  });

  it('names nothing of the command line: whoever calls it may have none', () => {
    const wrong: readonly CheckOptions[] = [
      { model: 'registre' },
      { model: 'register', consistency: 'serializable' },
      { model: 'list-append', consistency: 'best' },
      { model: 'register', clocks: { driftPpm: 1, skewUs: 1 } },
      { model: 'register', scope: 'store' },
      { model: 'counter', initial: 'x' },
      { model: 'bank', initial: 1 },
    ];
    for (const options of wrong) {
      assert.throws(
        () => check(stale, options),
        (e: Error) =>
          !/--|flag|Pass/.test(e.message) && /E_USAGE.*\. (Choose|Leave|Give)/.test(e.message),
        JSON.stringify(options),
      );
    }
  });

  it('takes a null for a value, but nil of EDN for one that is not known', () => {
    const write = (f: string, value: Json) => [
      { process: 0, type: 'invoke', f, value },
      { process: 0, type: 'ok', f, value },
    ];
    for (const [written, read] of [
      [write('write', { x: 1 }), write('read', { x: null })],
      [write('txn', [['write', 'x', 1]]), write('txn', [['read', 'x', null]])],
    ] as const) {
      const events = [...written, ...read].map((e, i) => ({ ...e, process: i >> 1 }));
      assert.equal(check(lines(...events), { model: 'multi-register' }).verdict, 'violated');
      const edn = lines(...events)
        .replace(/"(\w+)":/g, ':$1 ')
        .replace(/"(\w+)"/g, ':$1')
        .replaceAll('null', 'nil');
      const history = readJepsen(edn, 'edn', 'h.edn');
      assert.equal(checkHistory(history, { model: 'multi-register' }).verdict, 'holds', edn);
    }
  });

  for (const key of ['__proto__', 'constructor', 'toString']) {
    it(`has no trouble with a key named ${key}`, () => {
      const edn = (seen: string) =>
        readJepsen(
          `{:process 0 :type :invoke :f :write :value {"${key}" 1}}
           {:process 0 :type :ok :f :write :value {"${key}" 1}}
           {:process 0 :type :invoke :f :read :value nil}
           {:process 0 :type :ok :f :read :value {"${key}" ${seen}}}`,
          'edn',
          'h.edn',
        );
      const options = { model: 'multi-register' };
      assert.equal(checkHistory(edn('1'), options).verdict, 'holds');
      assert.equal(checkHistory(edn('2'), options).verdict, 'violated');
      const never = lines(
        { process: 0, type: 'invoke', f: 'read', value: null },
        { process: 0, type: 'ok', f: 'read', value: JSON.parse(`{"${key}":null}`) as Json },
      );
      assert.equal(check(never, options).verdict, 'holds');
    });
  }

  it('gives unknown when the budget ends, and says how far it got', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({ process: i, f: 'write', value: i % 2 }));
    const history = lines(
      ...many.map((e) => ({ ...e, type: 'invoke' })),
      ...many.map((e) => ({ ...e, type: 'ok' })),
      { process: 10, type: 'invoke', f: 'read' },
      { process: 10, type: 'ok', f: 'read', value: 3 },
      { process: 11, type: 'invoke', f: 'write', value: 3 },
    );
    const r = check(history, { model: 'register', stepsMax: 3 });
    assert.equal(r.verdict, 'violated');
    const open = history.replace('"value":3', '"value":0');
    const some = check(open, { model: 'register', stepsMax: 1 });
    assert.equal(some.verdict, 'unknown');
    assert.match(some.sentences.join(), /budget of 1 steps .* 0 of 1 parts/);
  });

  it('names file, line and what was expected', () => {
    const read = (text: string) => () => readJepsen(text, 'jsonl', 'h.jsonl');
    const ok = '{"process":0,"type":"invoke","f":"read"}\n';
    refuses(read(`${ok}{"process":`), 'E_HISTORY', /h\.jsonl:2: .*wanted one JSON object a line/);
    refuses(read('[1]'), 'E_HISTORY', /h\.jsonl:1: .*wanted an operation as an object/);
    refuses(
      read('{"process":0,"type":"done","f":"read"}'),
      'E_HISTORY',
      /:1: type is "done", wanted invoke, ok, fail or info/,
    );
    refuses(read(`${ok}${ok}`), 'E_HISTORY', /:2: process 0 has an operation open/);
    refuses(
      read('{"process":3,"type":"ok","f":"read"}'),
      'E_HISTORY',
      /:1: process 3 completes read, wanted an invoke/,
    );
    refuses(
      read(`${ok}{"process":0,"type":"ok","f":"write"}`),
      'E_HISTORY',
      /completes write, wanted read/,
    );
    const edn = (text: string) => () => readJepsen(text, 'edn', 'h.edn');
    refuses(edn('[{:type :invoke\n :f'), 'E_HISTORY', /h\.edn:2: got the end of the file/);
    refuses(edn('{:type :invoke}}'), 'E_HISTORY', /h\.edn:1: got \}, wanted a value/);
  });

  it('refuses models, levels and operations that it does not know', () => {
    refuses(
      () => check(stale, { model: 'registre' }),
      'E_USAGE',
      /model is "registre", wanted one of register/,
    );
    refuses(
      () => check(stale, { model: 'register', consistency: 'serializable' }),
      'E_USAGE',
      /for transactions/,
    );
    refuses(
      () => check(stale, { model: 'list-append', consistency: 'best' }),
      'E_USAGE',
      /wanted one of strict-serializable/,
    );
    refuses(
      () => check(stale, { model: 'mutex' }),
      'E_HISTORY',
      /^E_HISTORY: \S+:1: the operation is "write"/,
    );
    const bank = lines(
      { process: 0, type: 'invoke', f: 'read' },
      { process: 0, type: 'ok', f: 'read', value: 3 },
    );
    refuses(() => check(`\n${bank}`, { model: 'bank' }), 'E_HISTORY', /:2: the operation read 3,/);
    refuses(
      () => check(bank, { model: 'list-append' }),
      'E_HISTORY',
      /:1: the operation is a "read"/,
    );
    refuses(() => check(stale, { model: 'list-append' }), 'E_HISTORY', /wanted a list of/);
    refuses(() => check(stale, { model: 'counter', initial: 'x' }), 'E_USAGE', /wants a number/);
  });

  it('reads EDN as Jepsen writes it: keywords, comments, tags, vectors, sets', () => {
    const text = `; a comment
      [#jepsen.history.Op{:process 0, :type :invoke, :f :write, :value "a\\n"} ; more
       #_{:discarded [1 2 #{3}]}
       {:process 0 :type :ok :f :write :value "a\\n"}
       {:process :nemesis, :type :info, :f :start, :value {0 [1 2N 1.5M \\c]}}
       {:process 1, :type :invoke, :f :read, :value nil}
       {:process 1, :type :ok, :f :read, :value "a\\n", :time 5}]`;
    const { ops, invoked } = readJepsen(text, 'edn', 'h.edn');
    assert.equal(invoked, 2);
    assert.deepEqual(
      ops.map((op) => [op.f, op.input, op.output]),
      [
        ['write', 'a\n', 'a\n'],
        ['read', null, 'a\n'],
      ],
    );
  });

  it('knows the models of the manual, and no others', () => {
    const [table = ''] =
      /^\| `--model`[^]*?\n\n/m.exec(readFileSync('docs/reference/histories.md', 'utf8')) ?? [];
    const rows = table.match(/^\| `[a-z`, -]+/gm) ?? [];
    const told = rows.flatMap((row) =>
      [...row.matchAll(/`([a-z][a-z-]+)`/g)].map(([, name]) => name),
    );
    assert.deepEqual(told.sort(), [...modelNames].sort());
  });
});
