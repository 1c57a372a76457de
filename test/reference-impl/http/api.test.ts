/** The HTTP API of a node, in front of components that are told what to answer. */
import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, Lane } from '../../../harness/core/host.ts';
import { serveHttp } from '../../../harness/host/node-http.ts';
import type { NodeHandle } from '../../../harness/host/node.ts';
import { nodeApi } from '../../../reference-impl/http/api.ts';
import { lanes } from '../../../reference-impl/lanes.ts';

type Asked = {
  readonly lane: Lane;
  readonly f: string;
  readonly key: string;
  readonly value: Json;
};

const nobody = (): never => assert.fail('nobody controls');

describe('the HTTP API', () => {
  const asked: Asked[] = [];
  const led = { role: 'follower', term: 3, leader: 1, ageUs: 20_000 };
  let replies: (a: Asked) => Json = () => null;
  let consensus: Json = led;
  let nowUs = 0;
  let server: Server;
  let url = '';

  before(async () => {
    const node: NodeHandle = {
      config: {
        id: 0,
        shape: { nodes: [{ name: 'server-0', role: 'server', zone: 'a' }], clients: 0 },
        settings: { policyDivisor: 1, deadlineUs: 1_000_000, mutant: null, extra: {} },
      },
      onObserve: () => undefined,
      hasStopped: false,
      trueUs: () => (nowUs += 1_000_000),
      call: (lane, request) => {
        if (lane === lanes.store) return Promise.resolve(consensus);
        asked.push({ lane, ...request });
        return Promise.resolve(replies({ lane, ...request }));
      },
    };
    server = await serveHttp(
      { host: '127.0.0.1', port: 0 },
      {
        run: 'r',
        control: { setFaults: nobody, counters: nobody, probe: nobody },
        api: nodeApi(node),
      },
    );
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());
  beforeEach(() => {
    asked.splice(0);
    consensus = led;
  });

  async function ask(
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; body: Record<string, Json>; headers: Headers }> {
    const headers = { connection: 'close', ...init.headers };
    const r = await fetch(`${url}${path}`, { ...init, headers });
    return { status: r.status, body: (await r.json()) as Record<string, Json>, headers: r.headers };
  }
  const put = (path: string, body: string | Uint8Array<ArrayBuffer>): ReturnType<typeof ask> =>
    ask(path, { method: 'PUT', body });

  it('calls servers by their names, and knows no others', async () => {
    consensus = { ...led, voters: [0], learners: [], leader: 0 };
    const servers = { voters: ['server-0'], learners: [], leader: 'server-0', term: 3 };
    assert.deepEqual((await ask('/servers')).body, servers);
    replies = () => ({ type: 'ok', value: null, node: 0 });
    assert.equal((await put('/leader', '{"to":"server-0"}')).status, 200);
    assert.equal(asked.at(-1)?.value, 0);
    assert.equal((await put('/servers', '{"add":["server-0"]}')).status, 200);
    assert.deepEqual(asked.at(-1)?.value, { add: [0], remove: [] });
    for (const body of ['{"add":["server-9"]}', '{}', '{"drop":["server-0"]}']) {
      assert.equal((await put('/servers', body)).status, 400, body);
    }
    replies = () => null;
    const late = await put('/servers', '{"add":["server-0"]}');
    assert.deepEqual([late.status, late.body['happened']], [504, 'unknown']);
  });

  it('answers 404 for a key that is not there, and 200 for one that is', async () => {
    replies = () => ({ type: 'ok', value: null, version: 0, node: 1 });
    const missing = await ask('/kv/a');
    assert.equal(missing.status, 404);
    assert.match(String(missing.body['message']), /no key a/);
    replies = () => ({ type: 'ok', value: 'red', version: 3, node: 1 });
    assert.deepEqual((await ask('/kv/a')).body, { value: 'red', version: 3, node: 1 });
  });

  it('takes JSON, and plain text where that is no JSON and says so', async () => {
    replies = () => ({ type: 'ok', value: 'x', version: 3, node: 1 });
    assert.equal((await put('/kv/a', '{"x":1}')).status, 200);
    assert.deepEqual(asked.at(-1)?.value, { x: 1 });
    for (const broken of ['{"x":1', '[1,', '1e', '"red']) {
      const r = await put('/kv/a', broken);
      assert.equal(r.status, 400, broken);
      assert.match(String(r.body['message']), /not JSON/);
    }
    assert.equal((await put('/kv/a', 'red')).status, 200);
    assert.equal(asked.at(-1)?.value, 'red');
  });

  it('answers a plain write past the routes as the routes do', async () => {
    const ok: Json = { type: 'ok', value: 'red', version: 3, node: 1 };
    for (const [body, reply, leader] of [
      ['red', ok, led],
      ['{"x":1}', ok, led],
      ['', ok, led],
      ['null', ok, led],
      ['[1,', ok, led],
      [new Uint8Array([0xff]), ok, led],
      [`"${'x'.repeat(1_024 * 1_024)}"`, ok, led],
      ['1', { type: 'fail', error: 'busy: too many requests in flight' }, led],
      ['1', { type: 'info', error: 'no answer before the deadline' }, led],
      ['1', null, led],
      ['1', ok, { ...led, leader: null }],
    ] as const) {
      const by = async (path: string): Promise<Record<string, unknown>> => {
        asked.splice(0);
        [replies, consensus] = [() => reply, leader];
        const { status, body: told, headers } = await put(path, body);
        const named = [...headers].filter(([name]) => name !== 'date').sort();
        return { status, told, headers: named, asked: asked.splice(0) };
      };
      // A parameter that nobody knows is for the routes.
      assert.deepEqual(await by('/kv/a/b-1'), await by('/kv/a/b-1?x'));
    }
    for (const path of ['/kv/a%20b', '/kv//a', '/kv/a/', '/kv/.a']) {
      [replies, consensus] = [() => ok, led];
      assert.equal((await put(path, '1')).status, 200);
    }
    assert.deepEqual(
      asked.map((a) => a.key),
      ['a b', '/a', 'a/', '.a'],
    );
  });

  it('refuses what it cannot keep: null, numbers that JSON rounds, bytes that are no text', async () => {
    const before = asked.length;
    for (const [body, wanted] of [
      ['null', /null is no value.*DELETE/],
      ['1e400', /not finite/],
      ['12345678901234567890', /beyond 2\^53/],
      ['[1e999]', /not finite/],
      ['['.repeat(100) + ']'.repeat(100), /64 levels/],
      [new Uint8Array([0x22, 0xff, 0x22]), /UTF-8/],
    ] as const) {
      const r = await put('/kv/a', body);
      assert.equal(r.status, 400, String(body));
      assert.match(String(r.body['message']), wanted);
      assert.equal(r.body['happened'], false);
    }
    const from = await put('/kv/a?from=1e400', '1');
    assert.equal(from.status, 400);
    assert.equal(asked.length, before, 'nothing reached the store');
  });

  it('answers 413 for keys, values and bodies that are too long', async () => {
    const mib = 1_024 * 1_024;
    for (const [path, body, wanted] of [
      [`/kv/${'k'.repeat(4_097)}`, '1', /key is 4097 bytes long, at most 4096/],
      ['/kv/a', `"${'x'.repeat(mib)}"`, /value is 1048578 bytes as JSON, at most 1048576/],
      ['/kv/a', `"${'x'.repeat(9 * mib)}"`, /body .* at most/],
    ] as const) {
      const r = await put(path, body);
      assert.equal(r.status, 413);
      assert.match(String(r.body['message']), wanted);
    }
    assert.equal(asked.length, 0);
  });

  it('tells who was merely busy to come again, and who lost to look', async () => {
    replies = () => ({ type: 'fail', error: 'busy: too many requests in flight' });
    const busy = await put('/kv/a', '1');
    assert.equal(busy.status, 429);
    assert.equal(busy.headers.get('retry-after'), '1');
    replies = () => ({ type: 'fail', error: 'cas-mismatch' });
    assert.equal((await put('/kv/a?from=1', '2')).status, 409);
    replies = () => ({ type: 'fail', error: 'bad-request: key is 5000 bytes long' });
    assert.equal((await put('/kv/a', '2')).status, 400);
    replies = () => ({ type: 'info', error: 'no answer before the deadline' });
    const unknown = await put('/kv/a', '2');
    assert.deepEqual([unknown.status, unknown.body['happened']], [504, 'unknown']);
  });

  it('answers a call of a service as whoever was called did, with when to come again', async () => {
    const call = { method: 'POST' };
    const told = (r: object): Json => ({
      type: 'ok',
      value: { instance: 4, fallbacks: 0, error: '', retryAfterUs: 0, ...r },
    });
    for (const [result, status, code, retryAfter] of [
      [{ outcome: 'ok' }, 200, undefined, null],
      [{ outcome: 'error', error: 'busy', retryAfterUs: 2_300_000 }, 429, 'busy', '3'],
      [{ outcome: 'refused', error: 'asked to wait' }, 429, 'busy', '1'],
      [{ outcome: 'no-instance', error: 'no healthy instance' }, 503, 'no-instance', '1'],
      [{ outcome: 'error', error: 'denied' }, 403, 'denied', null],
      [{ outcome: 'error', error: 'dependency' }, 502, 'failed', null],
      [{ outcome: 'timeout', error: 'no answer in time' }, 504, 'unknown', null],
    ] as const) {
      replies = () => told(result);
      const r = await ask('/call/back', call);
      assert.deepEqual([r.status, r.body['error']], [status, code], JSON.stringify(result));
      assert.equal(r.headers.get('retry-after'), retryAfter);
    }
    assert.deepEqual(asked.at(-1), {
      lane: lanes.agent,
      f: 'call-service',
      key: 'back',
      value: null,
    });
  });

  it('is ready with a leader that was heard lately, and says who leads', async () => {
    const status = (s: object): void => {
      consensus = { ...led, ...s };
      replies = () => ({ type: 'ok', value: {} });
    };
    status({});
    const ready = await ask('/health');
    assert.equal(ready.status, 200);
    const { isUp, isReady, leader, term, role } = ready.body;
    assert.deepEqual([isUp, isReady, leader, term, role], [true, true, 1, 3, 'follower']);
    status({ leader: null });
    const alone = await ask('/health');
    assert.deepEqual([alone.status, alone.body['isUp'], alone.body['isReady']], [503, true, false]);
    status({ ageUs: 2_000_000 });
    assert.equal((await ask('/health')).status, 503);
    replies = () => null;
    const dead = await ask('/health');
    assert.deepEqual([dead.status, dead.body['isUp'], dead.body['isReady']], [503, false, false]);
  });

  it('does not begin what needs a leader when none is heard, and says when to come again', async () => {
    consensus = { ...led, leader: null };
    for (const [path, method] of [
      ['/kv/a', 'PUT'],
      ['/kv/a', 'GET'],
      ['/kv?prefix=a', 'GET'],
      ['/txn', 'POST'],
      ['/services/web/web-1', 'PUT'],
      ['/locks/a', 'PUT'],
    ] as const) {
      const r = await ask(path, method === 'GET' ? {} : { method, body: '{}' });
      assert.deepEqual([r.status, r.body['error']], [503, 'no-leader'], path);
      assert.equal(r.headers.get('retry-after'), '1');
      assert.equal(r.body['happened'], false);
    }
    assert.equal(asked.length, 0);
    replies = () => ({ type: 'ok', value: 1, version: 1, node: 0 });
    assert.equal((await ask('/kv/a?stale')).status, 200);
  });

  it('calls a question without an answer undone, and a change without one unknown', async () => {
    replies = () => ({ type: 'info', error: 'no answer before the deadline' });
    const read = await ask('/kv/a');
    assert.deepEqual([read.status, read.body['happened']], [503, false]);
    const txn = await ask('/txn', { method: 'POST', body: '{}' });
    assert.deepEqual([txn.status, txn.body['error']], [504, 'unknown']);
  });

  it('refuses services and locks that make no sense before it asks', async () => {
    const before = asked.length;
    for (const [path, body, wanted] of [
      ['/services/web/w1', '{"port":0}', /port/],
      ['/services/web/w1', '{"ttl":"1ms"}', /ttl expected a duration from 1s to 24h/],
      ['/services/web/w1', '{"health":"fine"}', /health/],
      ['/services/web/w1', '{"adress":"10.0.0.1"}', /adress/],
      ['/services/web/server-0', '{}', /is a node, which registers itself/],
      ['/locks/a', '{"ttl":10}', /ttl/],
      ['/locks/a', '{"wait":"2min"}', /wait expected a duration from 0s to 60s/],
      ['/kv/a?version=x', '1', /version is "x", wanted a whole number/],
      ['/kv/a?lock=l', '1', /needs the .token=/],
    ] as const) {
      const r = await put(path, body);
      assert.equal(r.status, 400, path);
      assert.match(String(r.body['message']), wanted);
    }
    assert.equal((await ask('/kv', { method: 'DELETE' })).status, 400);
    assert.equal((await ask('/locks/a', { method: 'DELETE' })).status, 400);
    assert.equal(asked.length, before);
  });

  it('waits for a lock that is held, and takes it once it is free', async () => {
    const answers: Json[] = [
      { type: 'fail', error: 'held' },
      { type: 'ok', value: { lock: { lease: 7, ttlUs: 1 }, newest: 7 } },
      { type: 'ok', value: { lock: null, newest: 7 } },
      { type: 'ok', value: 9, version: 9 },
    ];
    replies = () => answers.shift() ?? assert.fail('asked too often');
    const got = await put('/locks/a', '{"ttl":"2s","wait":"30s"}');
    assert.deepEqual([got.status, got.body['token'], got.body['ttlMs']], [200, 9, 2_000]);
    assert.deepEqual(
      asked.map((a) => a.f),
      ['acquire', 'holder', 'holder', 'acquire'],
    );
    replies = () => ({ type: 'fail', error: 'held' });
    const held = await put('/locks/a', '{}');
    assert.deepEqual([held.status, held.body['error']], [409, 'held']);
  });

  it('resumes a stream by Last-Event-ID, keeps a revision together, and tells of compaction', async () => {
    const told: Json[] = [
      {
        type: 'ok',
        value: {
          after: 7,
          revision: 9,
          batches: [
            { revision: 8, events: [{ revision: 8, key: 'a', value: 1 }] },
            {
              revision: 9,
              events: [
                { revision: 9, key: 'b', value: 2 },
                { revision: 9, key: 'c', value: 3 },
              ],
            },
          ],
        },
      },
      { type: 'ok', value: { after: 9, revision: 12, batches: [] } },
      { type: 'info', error: 'no answer' },
      { type: 'fail', error: 'compacted' },
    ];
    replies = () => told.shift() ?? assert.fail('asked too often');
    const headers = { 'last-event-id': '7', connection: 'close' };
    const r = await fetch(`${url}/watch/kv?prefix=a&after=3`, { headers });
    assert.equal(r.headers.get('content-type'), 'text/event-stream');
    const text = await r.text();
    assert.deepEqual(text.trim().split('\n\n'), [
      'event: ready\nid: 7\ndata: {"revision":7}',
      'event: change\nid: 8\ndata: {"revision":8,"changes":[{"key":"a","value":1}]}',
      'event: change\nid: 9\ndata: {"revision":9,"changes":[{"key":"b","value":2},{"key":"c","value":3}]}',
      ': keep-alive\nid: 12',
      ': no server answers',
      'event: compacted\ndata: {"error":"compacted","message":"changes after revision 12 are gone: read anew, and watch from that revision","happened":false}',
    ]);
    const afters = asked.map((a) => (a.value as { after: number }).after);
    assert.deepEqual(afters, [7, 9, 12, 12]);
    replies = () => ({ type: 'fail', error: 'no server answered' });
    assert.equal((await ask('/watch/services')).status, 503);
    assert.equal((await ask('/watch/kv', { headers: { 'last-event-id': 'x' } })).status, 400);
  });

  it('names its paths to whoever asks for another', async () => {
    const r = await ask('/nothing');
    assert.equal(r.status, 404);
    assert.ok((r.body['paths'] as Json[]).includes('/kv/:key'));
  });

  it('lets only its own run control it', async () => {
    assert.equal((await ask('/control', { method: 'POST', body: '{}' })).status, 403);
    assert.equal((await ask('/control')).status, 403);
  });
});
