/** Operations that are described as data, over HTTP and over lines of TCP. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { createServer as createTcp } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, it } from 'mocha';
import type { Json } from '../../harness/core/host.ts';
import type { Operation, Settings } from '../../harness/core/program.ts';
import type { AdapterForm, Endpoint, Outcome } from '../../harness/core/system.ts';
import { httpAdapter } from '../../harness/systems/http-adapter.ts';
import { tcpAdapter } from '../../harness/systems/tcp-adapter.ts';

const settings: Settings = {
  policyDivisor: 1,
  deadlineUs: 1_000_000,
  mutant: null,
  extra: { prefix: 'a/' },
};

async function ask(
  adapter: AdapterForm,
  endpoints: readonly Endpoint[],
  ...asked: readonly (readonly [f: string, value?: Json, isAbandoned?: boolean])[]
): Promise<Outcome[]> {
  const session = await adapter.connect(endpoints, 0, settings);
  const outcomes: Outcome[] = [];
  for (const [f, value = null, isAbandoned = false] of asked) {
    const op: Operation = { id: 0, afterUs: 0, f, key: 'k', value };
    outcomes.push(
      await new Promise((resolve) => {
        session.start(op, resolve);
        if (isAbandoned) session.abandon?.(op);
      }),
    );
  }
  session.close();
  return outcomes;
}

const servers: (Server | HttpServer)[] = [];
const endpointOf = async (name: string, server: Server | HttpServer): Promise<Endpoint> => {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const scheme = 'headersTimeout' in server ? 'http' : 'tcp';
  return { name, url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/** Where nobody listens any more. */
async function closed(scheme: string): Promise<Endpoint> {
  const server = createTcp().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return { name: 'n0', url: `${scheme}://127.0.0.1:${port}` };
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  }
});

describe('operations over HTTP', () => {
  const adapter = httpAdapter(
    {
      read: { method: 'GET', path: '/keys/{{key}}', value: 'data.value', version: 'data.rev' },
      write: { method: 'PUT', path: '/keys/{{key}}', body: '{"value": {{value}}}' },
      cas: { method: 'POST', path: '/cas/{{key}}?from={{from}}', body: '{{to}}', fail: [409] },
    },
    { ready: '/health', leader: { path: '/role', is: 'leads' } },
  );
  const seen: string[] = [];
  const answering = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
    createHttp((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${body}`);
        answer(request, response);
      });
    });
  const status = (code: number, body = ''): HttpServer =>
    answering((_, response) => response.writeHead(code).end(body));

  it('tell what a member takes for the time, in any unit', async () => {
    const told = [
      ['s', '1700000000.25'],
      ['ms', '"1700000000250"'],
      ['ns', '1700000000250000000'],
      ['iso', '"2023-11-14T22:13:20.250Z"'],
    ] as const;
    for (const [unit, text] of told) {
      const endpoint = await endpointOf('n0', status(200, `{"at": {"now": ${text}}}`));
      const wallClock = { path: '/time', value: 'at.now', unit };
      const us = await httpAdapter({}, { wallClock }).wallClock?.(endpoint);
      assert.equal(us, 1_700_000_000_250_000, unit);
    }
    const ill = await endpointOf('n1', status(500));
    const { wallClock } = httpAdapter({}, { wallClock: { path: '/time' } });
    await assert.rejects(async () => wallClock?.(ill), /its time is null, wanted one in s/);
  });

  it('are filled in and read by their paths', async () => {
    const body = JSON.stringify({ data: { value: [1], rev: 7 } });
    const endpoint = await endpointOf('n0', status(200, body));
    seen.length = 0;
    const told = await ask(adapter, [endpoint], ['read'], ['write', 'x'], ['cas', [1, 2]]);
    assert.deepEqual(told, [
      { type: 'ok', value: [1], version: 7, node: 0 },
      { type: 'ok', value: 'x', node: 0 },
      { type: 'ok', value: [1, 2], node: 0 },
    ]);
    assert.deepEqual(seen, [
      'GET /keys/a%2Fk ',
      'PUT /keys/a%2Fk {"value": "x"}',
      'POST /cas/a%2Fk?from=1 2',
    ]);
  });

  it('that were refused fail, that were not answered well are unknown if they change something', async () => {
    const of = async (code: number): Promise<string[]> => {
      const endpoint = await endpointOf('n0', status(code, '{}'));
      const told = await ask(adapter, [endpoint], ['read'], ['write', 1], ['cas', [1, 2]]);
      return told.map((t) => t.type);
    };
    assert.deepEqual(
      await of(404),
      ['ok', 'fail', 'info'],
      'nothing there; of cas 409 alone is fail',
    );
    assert.deepEqual(await of(409), ['fail', 'fail', 'fail']);
    assert.deepEqual(await of(500), ['fail', 'info', 'info']);
    assert.deepEqual(await of(307), ['fail', 'fail', 'info'], 'not followed: that way is no link');
  });

  it('go to the next member when no answer comes, and when nobody listens', async () => {
    const silent = await endpointOf(
      'n0',
      answering(() => undefined),
    );
    const well = await endpointOf('n1', status(200, '{}'));
    const told = await ask(adapter, [silent, well], ['write', 1, true], ['write', 2]);
    assert.deepEqual(
      told.map((t) => [t.type, t.node]),
      [
        ['info', undefined],
        ['ok', 1],
      ],
    );
    const gone = await closed('http');
    const refused = await ask(adapter, [gone, well], ['write', 1], ['write', 2]);
    assert.deepEqual(
      refused.map((t) => [t.type, t.node]),
      [
        ['fail', undefined],
        ['ok', 1],
      ],
    );
  });

  it('tell who is ready and who leads', async () => {
    const ill = await endpointOf('n1', status(503));
    const well = await endpointOf('n0', status(200, '{"leads": true}'));
    await adapter.ready([well]);
    await assert.rejects(
      adapter.ready([well, ill]),
      /E_ENDPOINT: n1 .*\/health is answered by 503/,
    );
    assert.deepEqual(await adapter.leader?.([ill, well]), { node: 1 });
    assert.equal(await adapter.leader?.([ill]), null);
  });
});

describe('operations over lines of TCP', () => {
  const adapter = tcpAdapter({
    read: { send: 'GET {{key}}', ok: '^VALUE (?<value>.*)$', absent: '^NIL$' },
    write: { send: 'SET {{key}} {{value}}', ok: '^OK$', fail: '^ERR' },
  });
  const sockets = new Set<Socket>();
  const answering = (answer: (line: string, socket: Socket) => void): Server =>
    createTcp((socket) => {
      sockets.add(socket.on('error', () => undefined));
      createInterface({ input: socket }).on('line', (line) => answer(line, socket));
    });
  afterEach(() => sockets.forEach((socket) => socket.destroy()));

  it('are sent on one connection and matched', async () => {
    const store = new Map<string, string>();
    const server = answering((line, socket) => {
      const [what, key = '', value = ''] = line.split(' ');
      if (what === 'SET') store.set(key, value);
      const found = store.get(key);
      const got = found === undefined ? 'NIL' : `VALUE ${found}`;
      socket.write(`${what === 'SET' ? (value === '9' ? 'ERR' : 'OK') : got}\r\n`);
    });
    const endpoint = await endpointOf('n0', server);
    const told = await ask(adapter, [endpoint], ['read'], ['write', 7], ['read'], ['write', 9]);
    assert.deepEqual(told, [
      { type: 'ok', value: null, node: 0 },
      { type: 'ok', value: 7, node: 0 },
      { type: 'ok', value: 7, node: 0 },
      { type: 'fail', error: 'ERR', node: 0 },
    ]);
    assert.equal(sockets.size, 1);
  });

  it('leave nothing behind on a connection, however many it has carried', async () => {
    const endpoint = await endpointOf(
      'n0',
      answering((_, socket) => socket.write('OK\n')),
    );
    const warnings: Error[] = [];
    const heard = (w: Error): void => void warnings.push(w);
    process.on('warning', heard);
    const writes = Array.from({ length: 30 }, () => ['write', 7] as const);
    await ask(adapter, [endpoint], ...writes);
    // Warnings are told in a turn of their own.
    await new Promise(setImmediate);
    process.off('warning', heard);
    assert.deepEqual(warnings, []);
  });

  it('tell who leads and what members say of themselves', async () => {
    const says = [
      'follower {"kind":"queue","length":1}',
      'leader [{"kind":"queue","length":2}, 7]',
    ];
    const endpoints = await Promise.all(
      says.map((text, i) =>
        endpointOf(
          `n${i}`,
          answering((_, s) => s.write(`${text}\n`)),
        ),
      ),
    );
    const { leader, observe } = tcpAdapter(
      {},
      {
        leader: { send: 'ROLE', is: '^leader' },
        observe: { send: 'SAY', says: '^\\w+ (?<value>.*)$' },
      },
    );
    const all = [...endpoints, await closed('tcp')];
    assert.deepEqual(await leader?.(all), { node: 1 });
    assert.deepEqual(await observe?.(all), [
      { node: 0, value: { kind: 'queue', length: 1 } },
      { node: 1, value: { kind: 'queue', length: 2 } },
    ]);
  });

  it('tell what a member takes for the time', async () => {
    const endpoint = await endpointOf(
      'n0',
      answering((_, s) => s.write('TIME 1700000000.25\n')),
    );
    const says = '^TIME (?<value>.*)$';
    const { wallClock } = tcpAdapter({}, { wallClock: { send: 'TIME', says } });
    assert.equal(await wallClock?.(endpoint), 1_700_000_000_250_000);
    const mute = tcpAdapter({}, { wallClock: { send: 'TIME' } });
    await assert.rejects(async () => mute.wallClock?.(endpoint), /its time is "TIME/);
    await assert.rejects(async () => wallClock?.(await closed('tcp')), /its time is null/);
  });

  it('are unknown when the connection breaks after they were sent, and go on at the next member', async () => {
    const breaking = await endpointOf(
      'n0',
      answering((_, socket) => socket.destroy()),
    );
    const well = await endpointOf(
      'n1',
      answering((_, socket) => socket.write('OK\n')),
    );
    const told = await ask(adapter, [breaking, well], ['write', 1], ['write', 2]);
    assert.deepEqual(
      told.map((t) => [t.type, t.node]),
      [
        ['info', undefined],
        ['ok', 1],
      ],
    );
    const gone = await closed('tcp');
    assert.equal((await ask(adapter, [gone], ['write', 1]))[0]?.type, 'fail');
    await assert.rejects(adapter.ready([gone]), /E_ENDPOINT: n0 .*ECONNREFUSED/);
  });
});
