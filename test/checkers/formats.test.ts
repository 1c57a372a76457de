/** Files of operations: lines, arrays, EDN; cut anywhere; read the quick way and the full way. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { HistoryFormat } from '../../harness/checkers/formats/forms.ts';
import { readJepsen } from '../../harness/checkers/formats/jepsen.ts';
import { readTransactions } from '../../harness/checkers/formats/transactions.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Json } from '../../harness/core/host.ts';

const encoder = new TextEncoder();

/** In pieces of so many bytes, each overwritten by the next, as a file is read. */
function* pieces(text: string, size: number): Generator<Uint8Array> {
  const all = encoder.encode(text);
  const piece = new Uint8Array(size);
  for (let at = 0; at < all.length; at += size) {
    piece.set(all.subarray(at, at + size));
    yield piece.subarray(0, Math.min(size, all.length - at));
    piece.fill(0x21);
  }
}

function refuses(
  text: string,
  format: HistoryFormat,
  message: RegExp,
  isIndependent = false,
): void {
  const file = format === 'edn' ? 'h.edn' : 'h.json';
  assert.throws(
    () => readJepsen(text, format, file, isIndependent),
    (e) => {
      assert.ok(e instanceof HarnessError);
      assert.equal(e.code, 'E_HISTORY');
      assert.match(e.message, message);
      return true;
    },
  );
}

const events = [
  { process: 0, type: 'invoke', f: 'write', key: 'x', value: 'a ]}",\n\\' },
  { process: 'nemesis', type: 'info', f: 'start', value: [[]] },
  { process: 0, type: 'ok', f: 'write', key: 'x', value: 'a ]}",\n\\' },
  { process: 1, type: 'invoke', f: 'read', key: 'ü', value: null },
  { process: 1, type: 'ok', f: 'read', key: 'ü', value: { a: [1, 2.5, -3e2], b: {} } },
];
const asLines = events.map((e) => JSON.stringify(e)).join('\n');
const operations = (...args: Parameters<typeof readJepsen>) => {
  const { ops, failed, invoked } = readJepsen(...args);
  return { ops, failed, invoked };
};
const expected = operations(asLines, 'jsonl', 'h.jsonl');

describe('a file that is one JSON array', () => {
  it('is the same history as its lines, however it is laid out', () => {
    for (const text of [
      JSON.stringify(events),
      JSON.stringify(events, null, 2),
      `\n [ ${events.map((e) => JSON.stringify(e)).join(' ,\r\n\t')}\n]\n\n`,
    ]) {
      assert.deepEqual(operations(text, 'jsonl', 'h.json'), expected);
    }
    assert.deepEqual(operations('[]', 'jsonl', 'h.json'), { ops: [], failed: [], invoked: 0 });
  });

  it('names the line of what is malformed', () => {
    const ok = '{"process":0,"type":"invoke","f":"read"}';
    refuses(
      `[${ok},\n{"process":0,"type":"ok"`,
      'jsonl',
      /h\.json:2: got \{"process.*wanted one JSON object/,
    );
    refuses(`[${ok},\n`, 'jsonl', /h\.json:2: got the end of the file, wanted \]/);
    refuses(`[\n${ok}\n${ok}]`, 'jsonl', /h\.json:3: got \{ after a value, wanted , or \]/);
    refuses(
      `[\n${ok},\n]`,
      'jsonl',
      /h\.json:3: got \], .*wanted a value after ,|h\.json:3: got \] after ,/,
    );
    refuses(`[,${ok}]`, 'jsonl', /h\.json:1: got , without a value before it/);
    refuses(`[${ok}]\n7`, 'jsonl', /h\.json:2: got 7 after the list, wanted the end of the file/);
    refuses(`[\n\n7]`, 'jsonl', /h\.json:3: got 7, wanted an operation as an object/);
    refuses(`[\n${ok},\n{"process":1,"type":"done"}]`, 'jsonl', /h\.json:3: type is "done"/);
  });
});

describe('EDN', () => {
  const text = `; by hand
    [#_(not this) #jepsen.history.Op{:process 0, :type :invoke, :f :write, :key "x", :value "a ]}\\",\\n\\\\"}
    {:process :nemesis, :type :info, :f :start, :value [\\[ \\] #{1} "\\u005d"]} #_{:process 9}
    {:process 0, :type :ok, :f :write, :key "x", :value "a ]}\\",\\n\\\\"} ; and so on ]
    {:process 1, :type :invoke, :f :read, :key "ü", :value nil}
    {:process 1, :type :ok, :f :read, :key "ü", :value {:a (1 2.5M -3e2), :b {}}}]`;

  it('is the same history as JSON lines', () => {
    assert.deepEqual(operations(text, 'edn', 'h.edn'), expected);
    const bare = text.replace('[#_', '#_').replace(/\]$/, '');
    assert.deepEqual(operations(bare, 'edn', 'h.edn'), expected);
  });

  it('names the line of what is malformed', () => {
    refuses('[{:type :invoke\n :f', 'edn', /h\.edn:2: got the end of the file, wanted \}/);
    refuses('[{:type :invoke}\n', 'edn', /h\.edn:2: got the end of the file, wanted \]/);
    refuses('({:process 0 :type :invoke})\n{:type :ok}', 'edn', /h\.edn:2: got \{ after the list/);
    refuses('{:process 0 :type :invoke}\n}', 'edn', /h\.edn:2: got \}, wanted a value/);
    refuses('{:process 0\n:type "\\q"}', 'edn', /h\.edn:2: got \\q, wanted an escape/);
    refuses('[{:process 0 :type}]', 'edn', /h\.edn:1: got a key alone/);
  });
});

describe('a file read piece by piece', () => {
  it('may be cut anywhere', () => {
    const edn =
      '({:process 0, :type :invoke, :f :read :value "(\\"ü"} #_{} {:process 0 :type :ok :f :read})';
    for (const [text, format] of [
      [asLines, 'jsonl'],
      [JSON.stringify(events, null, 1), 'jsonl'],
      [edn, 'edn'],
    ] as const) {
      const whole = operations(text, format, 'h');
      for (let size = 1; size < 40; size++) {
        assert.deepEqual(operations(pieces(text, size), format, 'h'), whole, `pieces of ${size}`);
      }
    }
  });
});

describe('what a system tells with a completion', () => {
  const write = (more: string, type = 'ok'): string =>
    `{"process":0,"type":"invoke","f":"write","value":1}\n{"process":0,"type":"${type}","f":"write"${more}}`;

  it('is the version of the object, and who answered', () => {
    const { ops } = readJepsen(write(',"version":12884901889,"node":2'), 'jsonl', 'h');
    assert.deepEqual([ops[0]?.version, ops[0]?.node], [12_884_901_889, 2]);
    const named = [
      '{:process 0 :type :invoke :f :write}{:process 0 :type :ok :f :write :node "n2" :version 7}',
      '{:process 1 :type :invoke :f :write}{:process 1 :type :ok :f :write :node "n1"}',
      '{:process 2 :type :invoke :f :write}{:process 2 :type :ok :f :write :node "n2"}',
    ].join('\n');
    const edn = readJepsen(named, 'edn', 'h').ops;
    assert.deepEqual(
      edn.map((op) => op.node),
      [0, 1, 0],
    );
    assert.equal(edn[0]?.version, 7);
    const none = readJepsen(write(',"version":null,"node":null'), 'jsonl', 'h').ops[0];
    assert.deepEqual([none?.version, none?.node], [undefined, undefined]);
  });

  it('is refused when it is something else', () => {
    refuses(write(',"version":1.5'), 'jsonl', /h\.json:2: version is 1.5, wanted a whole number/);
    refuses(write(',"version":"7"'), 'jsonl', /h\.json:2: version is "7", wanted a whole number/);
    refuses(
      write(',"node":[1]'),
      'jsonl',
      /h\.json:2: node is \[1\], wanted a whole number or a name/,
    );
  });

  it('decides a register without a search', () => {
    // Twenty overlapping writes of two values, and reads that only the versions can place.
    const ops = Array.from({ length: 20 }, (_, i) => ({ process: i, f: 'write', value: i % 2 }));
    const reads = Array.from({ length: 20 }, (_, i) => ({
      process: 20 + i,
      f: 'read',
      value: i % 2,
    }));
    const all = [...ops, ...reads];
    const version = (i: number): number => (i < 20 ? i + 1 : i - 19);
    const lines = (isVersioned: boolean): string =>
      [
        ...all.map((e) => ({ ...e, type: 'invoke' })),
        ...all.map((e, i) => ({ ...e, type: 'ok', ...(isVersioned && { version: version(i) }) })),
      ]
        .map((e) => JSON.stringify(e))
        .join('\n');
    const check = (isVersioned: boolean): { verdict: string; nodes: number } =>
      checkHistory(readJepsen(lines(isVersioned), 'jsonl', 'h'), { model: 'register' });
    const [versioned, plain] = [check(true), check(false)];
    assert.deepEqual([versioned.verdict, versioned.nodes], ['holds', 0]);
    assert.ok(plain.nodes > 0);
  });
});

describe('independent histories', () => {
  const two = (first: string, second: string): string =>
    [
      `{"process":0,"type":"invoke","f":"write","value":${first}}`,
      `{"process":0,"type":"ok","f":"write","value":${first}}`,
      `{"process":0,"type":"invoke","f":"read","value":${second}}`,
    ].join('\n');

  it('have the key in the value', () => {
    const { ops } = readJepsen(two('["a",1]', '[7,null]'), 'jsonl', 'h', true);
    assert.deepEqual(
      ops.map((op) => [op.key, op.input]),
      [
        ['a', 1],
        ['7', null],
      ],
    );
    const edn = '{:process 0 :type :invoke :f :cas :value [:a [1 2]]}';
    assert.deepEqual(
      readJepsen(edn, 'edn', 'h', true).ops.map((op) => [op.key, op.input]),
      [['a', [1, 2]]],
    );
  });

  it('refuse a value that is no pair', () => {
    refuses(
      two('["a",1]', '[1,2,3]'),
      'jsonl',
      /h\.json:3: value is \[1,2,3\], wanted \[key, value\], as --indep/,
      true,
    );
    refuses(
      '{:process 0 :type :invoke :f :read :value nil}',
      'edn',
      /h\.edn:1: value is null, wanted \[key, value\]/,
      true,
    );
    // The nemesis has its own.
    const nemesis = '{"process":"nemesis","type":"info","f":"start","value":7}';
    assert.equal(readJepsen(nemesis, 'jsonl', 'h', true).invoked, 0);
  });

  it('of transactions keep the keys and the sessions of each apart', () => {
    const txn = (process: number, value: Json): string =>
      ['invoke', 'ok'].map((type) => JSON.stringify({ process, type, f: 'txn', value })).join('\n');
    const text = [
      txn(0, ['a', [['append', 'x', 1]]]),
      txn(0, ['b', [['append', 'x', 1]]]),
      txn(1, ['b', [['r', 'x', [1]]]]),
      txn(1, ['a', [['r', 'x', [1]]]]),
    ].join('\n');
    const table = readTransactions(pieces(text, 64), 'list-append', 'jsonl', 'h', true);
    assert.deepEqual([table.keys, new Set(table.session.data.subarray(0, 4)).size], [2, 4]);
    assert.equal(checkHistory(table, { model: 'list-append' }).verdict, 'holds');
  });
});

describe('numbers that a double cannot hold', () => {
  const big = (last: number): string => `1234567890123456789${last}`;

  it('stay different from one another', () => {
    const json = (value: string): Json => {
      const text = `{"process":0,"type":"invoke","f":"write","value":${value}}`;
      return readJepsen(text, 'jsonl', 'h').ops[0]?.input ?? null;
    };
    assert.deepEqual(json(`[${big(1)},-${big(2)},"say \\"${big(3)}\\""]`), [
      big(1),
      `-${big(2)}`,
      `say "${big(3)}"`,
    ]);
    assert.deepEqual(
      json('[9007199254740991,0.12345678901234568,1e3,2E-3]'),
      [9007199254740991, 0.12345678901234568, 1000, 0.002],
    );
    assert.notEqual(json('1e999'), json('null'));
    const edn = `{:process 0 :type :invoke :f :write :value [${big(1)} ${big(2)}N 7N]}`;
    assert.deepEqual(operations(edn, 'edn', 'h').ops[0]?.input, [big(1), big(2), 7]);
  });

  it('are a violation when the wrong one is read, also in transactions', () => {
    const event = (type: string, f: string, value: string): string =>
      `{"process":0,"type":"${type}","f":"${f}","value":${value}}`;
    const register = [
      event('invoke', 'write', big(1)),
      event('ok', 'write', big(1)),
      event('invoke', 'read', 'null'),
      event('ok', 'read', big(2)),
    ].join('\n');
    const read = readJepsen(register, 'jsonl', 'h');
    assert.equal(checkHistory(read, { model: 'register' }).verdict, 'violated');
    const lists = [
      event('invoke', 'txn', `[["append","x",${big(1)}]]`),
      event('ok', 'txn', `[["append","x",${big(1)}]]`),
      event('invoke', 'txn', '[["r","x",null]]'),
      event('ok', 'txn', `[["r","x",[${big(2)}]]]`),
    ].join('\n');
    const table = readTransactions(pieces(lists, 50), 'list-append', 'jsonl', 'h', false);
    assert.equal(checkHistory(table, { model: 'list-append' }).verdict, 'violated');
  });

  it('are no matter in a time', () => {
    const at = (time: string): string =>
      `{"process":0,"type":"invoke","f":"read","value":null,"time":${time}}`;
    const [op] = readJepsen(at('1764043200123456789'), 'jsonl', 'h').ops;
    assert.equal(op?.callUs, 1_764_043_200_123_456.8);
    refuses(at('"soon"'), 'jsonl', /time is "soon", wanted nanoseconds/);
  });
});
