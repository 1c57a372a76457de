/** Histories that other tools wrote: spans, reports of etcd's robustness tests, Porcupine's logs. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkHistory } from '../../harness/checkers/check-history.ts';
import type { CheckReport } from '../../harness/checkers/check-report.ts';
import { type ForeignFormat, readForeign } from '../../harness/checkers/formats/foreign/foreign.ts';
import type { JepsenHistory } from '../../harness/checkers/formats/jepsen.ts';

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
