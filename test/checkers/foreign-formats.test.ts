/** Histories that other tools wrote: spans, reports of etcd's robustness tests, Porcupine's logs, DBCop's files. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckReport } from '../../harness/checkers/check-report.ts';
import { type ForeignFormat, readForeign } from '../../harness/checkers/formats/foreign/foreign.ts';
import type { JepsenHistory } from '../../harness/checkers/formats/jepsen.ts';
import { formatOf } from '../../harness/cli/check/check.ts';

function read(format: ForeignFormat, ...texts: readonly string[]): JepsenHistory {
  const files = texts.map((text, i) => ({
    file: `f${i}`,
    // Two pieces: a form may begin in one and end in another.
    pieces: [text.slice(0, text.length >> 1), text.slice(text.length >> 1)].map((part) =>
      new TextEncoder().encode(part),
    ),
  }));
  return readForeign(format, files, 'f');
}

function judge(history: JepsenHistory, model = 'cas-register'): CheckReport {
  return checkHistory(history, { model });
}

describe('spans of OTLP', () => {
  const attribute = (key: string, value: object): object => ({ key: `history.${key}`, value });
  const span = (f: string, from: number, to: number, ...attributes: readonly object[]): object => ({
    name: `client ${f}`,
    // Nanoseconds since 1970, more than a double holds.
    startTimeUnixNano: String(1_764_000_000_000_000_000n + BigInt(from)),
    endTimeUnixNano: String(1_764_000_000_000_000_000n + BigInt(to)),
    attributes: [attribute('f', { stringValue: f }), ...attributes],
  });
  const text = (value: string): object => ({ stringValue: value });
  const request = (...spans: readonly object[]): string =>
    JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ spans }] }] });
  const written = span('write', 1, 2, attribute('input', { intValue: '1' }));
  const other = { name: 'GET /', startTimeUnixNano: '1', endTimeUnixNano: '2', attributes: [] };

  it('are operations where they say so', () => {
    const good = request(other, written, span('read', 3, 4, attribute('output', text('1'))));
    assert.equal(judge(read('otlp', good)).verdict, 'holds');
    const stale = request(span('read', 3, 4, attribute('output', text('null'))), written);
    const bad = judge(read('otlp', stale));
    assert.equal(bad.verdict, 'violated');
    assert.equal(bad.operations, 2);
    // In the same nanosecond is at the same time.
    const same = request(written, span('read', 2, 4, attribute('output', text('null'))));
    assert.equal(judge(read('otlp', same)).verdict, 'holds');
  });

  it('tell their key, their outcome, or an error for an unknown one', () => {
    const failed = { ...written, status: { code: 2 } };
    const read1 = span('read', 3, 4, attribute('output', text('1')));
    assert.equal(judge(read('otlp', request(failed, read1))).verdict, 'holds');
    const type = attribute('type', text('fail'));
    const definite = span('write', 1, 2, attribute('input', text('1')), type);
    assert.equal(judge(read('otlp', request(definite, read1))).verdict, 'violated');
    const key = span('read', 3, 4, attribute('output', text('1')), attribute('key', text('y')));
    assert.equal(judge(read('otlp', `${request(written)}\n${request(key)}`)).verdict, 'violated');
    assert.throws(
      () => read('otlp', request({ ...written, endTimeUnixNano: 'soon' })),
      /E_HISTORY: f0:1: span write: endTimeUnixNano is "soon", wanted digits/,
    );
  });
});

describe("a report of etcd's robustness tests", () => {
  const put = (Key: string, Value: string, more: object = {}): object => ({
    Type: 'put-operation',
    Put: { Key, Value: { Value }, LeaseID: 0, ...more },
  });
  const txn = (op: object, more: object = {}): object => ({
    Type: 'txn',
    Txn: { Conditions: null, OperationsOnSuccess: [op], OperationsOnFailure: null, ...more },
  });
  const get = (Start: string): object => ({
    Type: 'range',
    Range: { Start, End: '', Limit: 0, KeysOnly: false, Revision: 0 },
  });
  const held = (Key: string, Value: string, ModRevision: number): object => ({
    Range: { KVs: [{ Key, Value: { Value }, ModRevision, Version: 1 }], Count: 1 },
    Revision: ModRevision,
  });
  let now = 0;
  const call = (ClientID: number, Input: object, Output: object): string => {
    now += 10;
    const record = { ClientID, Input, Call: now, Output, Return: now + 5 };
    return `${JSON.stringify(record, null, 2)}\n`;
  };
  const done = (Revision: number): object => ({
    Txn: { Failure: false, Results: [{}] },
    Revision,
    Error: '',
  });

  it('is one register a key, over all clients', () => {
    const writes = call(1, txn(put('k', 'a')), done(2)) + call(1, txn(put('k', 'b')), done(3));
    const fresh = read('etcd-report', writes, call(2, get('k'), held('k', 'b', 3)));
    assert.equal(judge(fresh).verdict, 'holds');
    const stale = judge(read('etcd-report', writes, call(2, get('k'), held('k', 'a', 2))));
    assert.equal(stale.verdict, 'violated');
    assert.match(stale.sentences.join(), /process 2's read of a from k/);
    const gone = call(2, get('k'), { Range: { KVs: null, Count: 0 }, Revision: 3 });
    assert.equal(judge(read('etcd-report', writes, gone)).verdict, 'violated');
  });

  it('takes an error for an unknown outcome, and a condition on a revision for a cas', () => {
    const error = call(1, txn(put('k', 'a')), { Error: 'request timed out' });
    const seen = call(2, get('k'), held('k', 'a', 2));
    const nothing = call(2, get('k'), { Range: { KVs: [], Count: 0 }, Revision: 1 });
    assert.equal(judge(read('etcd-report', error + seen)).verdict, 'holds');
    assert.equal(judge(read('etcd-report', error + nothing)).verdict, 'holds');
    assert.equal(judge(read('etcd-report', error + seen + nothing)).verdict, 'violated');
    const on = (ExpectedRevision: number): object => ({
      Conditions: [{ Key: 'k', ExpectedRevision, ExpectedVersion: 0 }],
    });
    const first = call(1, txn(put('k', 'a'), on(0)), done(2));
    const second = call(2, txn(put('k', 'b'), on(2)), done(3));
    assert.equal(judge(read('etcd-report', first, second)).verdict, 'holds');
    const twice = call(3, txn(put('k', 'c'), on(2)), done(4));
    assert.equal(judge(read('etcd-report', first, second, twice)).verdict, 'violated');
  });

  it('leaves out what no register has, with the keys that it may have changed, and says so', () => {
    const leased = call(1, txn(put('k', 'a', { LeaseID: 5 })), done(2));
    const gone = call(2, get('k'), { Range: { KVs: [], Count: 0 }, Revision: 3 });
    const grant = call(1, { Type: 'leaseGrant', LeaseGrant: { LeaseID: 5 } }, { Revision: 1 });
    const other = call(1, txn(put('x', 'a')), done(4));
    const { verdict, operations, sentences } = judge(
      read('etcd-report', grant + leased + gone + other),
    );
    assert.deepEqual([verdict, operations], ['holds', 1]);
    assert.match(sentences.join(), /Left out.* 1 leaseGrant, 1 transactions.*, 1 on keys/);
    assert.throws(() => read('etcd-report', '{"a":1}'), /E_HISTORY: f0:1: got no operation/);
  });
});

describe("Porcupine's logs", () => {
  it('are events in columns', () => {
    const log = (seen: string): string =>
      [
        'INFO  jepsen.core - Everything set up',
        'INFO  jepsen.util - 0\t:invoke\t:read\tnil',
        'INFO  jepsen.util - 0\t:ok\t:read\tnil',
        'INFO  jepsen.util - 1\t:invoke\t:write\t4',
        'INFO  jepsen.util - 1\t:ok\t:write\t4',
        'INFO  jepsen.util - :nemesis\t:info\t:start\tnil',
        'INFO  jepsen.util - 2\t:invoke\t:cas\t[4 2]',
        'INFO  jepsen.util - 2\t:info\t:cas\t:timed-out',
        'INFO  jepsen.util - 0\t:invoke\t:read\tnil',
        `INFO  jepsen.util - 0\t:ok\t:read\t${seen}`,
      ].join('\n');
    for (const [seen, verdict] of [
      ['4', 'holds'],
      ['2', 'holds'],
      ['nil', 'violated'],
    ] as const) {
      assert.equal(judge(read('porcupine-log', log(seen))).verdict, verdict, seen);
    }
  });
});

describe("DBCop's files", () => {
  type Event = readonly [f: 'r' | 'w', key: number, value: number, isDone?: boolean];
  const whole = (n: number): number[] =>
    Array.from({ length: 8 }, (_, i) => Math.floor(n / 256 ** i) % 256);
  const list = (all: readonly (readonly number[])[]): number[] => [
    ...whole(all.length),
    ...all.flat(),
  ];
  const text = (of: string): number[] => [...whole(of.length), ...new TextEncoder().encode(of)];
  const eventOf = ([f, key, value, isDone = true]: Event): number[] => [
    Number(f === 'w'),
    ...whole(key),
    ...whole(value),
    Number(isDone),
  ];
  const txn = (...events: readonly Event[]): number[] => [...list(events.map(eventOf)), 1];
  const aborted = (...events: readonly Event[]): number[] => [...list(events.map(eventOf)), 0];
  const fileOf = (...sessions: readonly (readonly number[])[][]): number[] => [
    ...[0, sessions.length, 2, 1, 2].flatMap(whole),
    ...['a database', '2026-11-27T15:00:00Z', '2026-11-27T15:00:01Z'].flatMap(text),
    ...list(sessions.map(list)),
  ];
  const readBytes = (bytes: readonly number[]): JepsenHistory => {
    // One piece is overwritten by the next.
    const piece = new Uint8Array(50);
    function* pieces(): Generator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 50) {
        const part = bytes.slice(at, at + 50);
        piece.set(part);
        yield piece.subarray(0, part.length);
      }
    }
    return readForeign('dbcop', [{ file: 'f', pieces: pieces() }], 'f');
  };
  const judgeAt = (consistency: string, ...sessions: readonly (readonly number[])[][]): string =>
    checkHistory(readBytes(fileOf(...sessions)), { model: 'rw-register', consistency }).verdict;
  const longFork = [
    [txn(['w', 1, 1])],
    [txn(['w', 2, 1])],
    [txn(['r', 1, 1], ['r', 2, 0])],
    [txn(['r', 1, 0], ['r', 2, 1])],
  ];

  it('are transactions on registers that held 0', () => {
    assert.equal(judgeAt('snapshot-isolation', ...longFork), 'violated');
    assert.equal(judgeAt('causal', ...longFork), 'holds');
    const { operations, sentences } = checkHistory(readBytes(fileOf(...longFork)), {
      model: 'rw-register',
    });
    assert.equal(operations, 4);
    assert.match(sentences.join(), /do not tell when sessions ran/);
  });

  it('tell the order of a session, and of several nothing', () => {
    const [write, stale] = [txn(['w', 1, 1]), txn(['r', 1, 0])];
    assert.equal(judgeAt('strict-serializable', [write], [stale]), 'holds');
    assert.equal(judgeAt('strict-serializable', [write, stale]), 'violated');
    assert.equal(judgeAt('serializable', [write, stale]), 'holds');
  });

  it('tell what was aborted, and what did not succeed', () => {
    const seen = txn(['r', 1, 1]);
    assert.equal(judgeAt('read-committed', [aborted(['w', 1, 1])], [seen]), 'violated');
    assert.equal(judgeAt('read-committed', [txn(['w', 1, 1])], [seen]), 'holds');
    const failed = txn(['w', 1, 1], ['r', 1, 7, false]);
    assert.equal(judgeAt('strict-serializable', [failed], [seen]), 'holds');
    // More than a double holds.
    const large = [...list([[1, ...whole(7), 1, 0, 0, 0, 0, 0, 0, 0x80, 1]]), 1];
    const [op] = readBytes(fileOf([large])).ops;
    assert.deepEqual(op?.output, [['w', 7, '9223372036854775809']]);
  });

  it('are refused where they are broken, with the byte', () => {
    const good = fileOf([txn(['w', 1, 1])]);
    const refused = (bytes: readonly number[], why: RegExp): void =>
      assert.throws(() => readBytes(bytes), why);
    refused(
      good.slice(0, -1),
      /E_HISTORY: f: at byte 156: got the end, wanted a byte that is 0 or 1/,
    );
    refused(good.slice(0, -2), /at byte 130: got 1 operations, wanted no more than the 0 that fit/);
    refused([...good, 0], /at byte 157: got 1 bytes more, wanted the end/);
    refused(good.with(-1, 2), /at byte 156: got 2, wanted 0 or 1/);
    refused([], /at byte 0: got the end, wanted a number of 8 bytes/);
    refused(
      [...new TextEncoder().encode('{"type":"invoke"}'.repeat(9))],
      /at byte 40: got \d+ bytes/,
    );
  });

  it('are known by their name', () => {
    const path = 'fixtures/foreign/long-fork.bincode';
    assert.equal(formatOf(path, undefined), 'dbcop');
    assert.deepEqual([...readFileSync(path)], fileOf(...longFork));
  });
});
