/** `net` of the run: what is written comes out whole, in order and once, or the connection fails. */
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { describe, it } from 'mocha';
import { cluster, libraryUnderTest } from '../../harness/index.ts';
import type { Fault, Program, Run, ServiceForm } from '../../harness/index.ts';

const echo: ServiceForm = { accept: (socket) => void socket.pipe(socket) };

/** Writes `value` in pieces, and reads as much back. */
function echoed(value: string, address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: address, port: 7 });
    let back = '';
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('data', (s: string) => {
      back += s;
      if (back.length >= value.length) socket.end();
    });
    socket.on('end', () => resolve(back));
    for (const letter of value) socket.write(letter);
  });
}

function program(faults: Fault[], noiseSeed = 1): Program {
  return {
    scenario: 'net',
    shape: cluster({ servers: 1, clients: 1 }),
    faults,
    clients: [
      Array.from({ length: 20 }, (_, id) => ({
        id,
        afterUs: 100_000,
        f: 'echo',
        key: id % 2 === 0 ? 'server-0' : '10.0.0.1',
        value: `text ${id}`,
      })),
    ],
    durationUs: 60_000_000,
    noiseSeed,
    settings: { policyDivisor: 1, deadlineUs: 20_000_000, mutant: null, extra: {} },
  };
}

const { system, environment } = libraryUnderTest({
  name: 'echoing',
  operations: ['echo'],
  promises: [],
  service: () => echo,
  client: () => ({ perform: (op) => echoed(String(op.value), op.key) }),
});

function outcomes({ history }: Run): string[] {
  return history.events.flatMap((e) =>
    e.type === 'ok' ? [String(e.value)] : e.type === 'info' ? [e.error ?? ''] : [],
  );
}

const both = { from: { of: 'clients' }, to: { of: 'servers' }, bothWays: true } as const;

describe('a socket of the run', () => {
  const texts = Array.from({ length: 20 }, (_, id) => `text ${id}`);

  it('gives back what was written, by name and by address', async () => {
    assert.deepEqual(outcomes(await environment.run(system, program([]))), texts);
  });

  it('does so when messages are lost, doubled and overtaken, and the same for the same seed', async () => {
    const span = { atUs: 0, untilUs: 50_000_000, links: both } as const;
    const faults: Fault[] = [
      { kind: 'loss', ...span, permille: 300 },
      { kind: 'duplicate', ...span, permille: 300 },
      { kind: 'reorder', ...span, permille: 300 },
    ];
    const first = await environment.run(system, program(faults));
    assert.deepEqual(outcomes(first), texts);
    const again = await environment.run(system, program(faults));
    assert.equal(again.traceHash, first.traceHash);
    const other = await environment.run(system, program(faults, 2));
    assert.notEqual(other.traceHash, first.traceHash);
  });

  it('waits out a partition', async () => {
    const cut: Fault = {
      kind: 'partition',
      atUs: 500_000,
      untilUs: 5_000_000,
      links: both,
      mode: 'drop',
    };
    assert.deepEqual(outcomes(await environment.run(system, program([cut]))), texts);
  });

  it('is reset by a server that has started again, which knows nothing of it', async () => {
    const slow: Fault = {
      kind: 'latency',
      atUs: 0,
      untilUs: 50_000_000,
      links: both,
      delayUs: 300_000,
      jitterUs: 0,
    };
    const down: Fault = {
      kind: 'crash',
      atUs: 1_000_000,
      untilUs: 5_000_000,
      nodes: { of: 'node', node: 0 },
    };
    const told = outcomes(await environment.run(system, program([slow, down])));
    assert.deepEqual(told, ['read ECONNRESET 10.0.0.1:7', ...texts.slice(1)]);
  });

  it('refuses where nobody listens, and finds no stranger', async () => {
    const dead = libraryUnderTest({
      name: 'refusing',
      operations: ['echo'],
      promises: [],
      service: () => () => null,
      client: () => ({ perform: (op) => echoed('x', op.id === 0 ? 'server-0' : 'stranger') }),
    });
    const told = outcomes(await dead.environment.run(dead.system, program([])));
    assert.equal(told[0], 'connect ECONNREFUSED 10.0.0.1:7');
    assert.equal(told[1], 'connect ENOTFOUND stranger:7');
  });

  it('carries HTTP between what Node itself has of it', async () => {
    const { system: web, environment: there } = libraryUnderTest({
      name: 'web',
      operations: ['echo'],
      promises: [],
      service() {
        const server = http.createServer((request, response) => {
          response.end(`${request.method} ${request.url}`);
        });
        return { accept: (socket) => void server.emit('connection', socket) };
      },
      client: () => ({
        perform: (op) =>
          new Promise((resolve, reject) => {
            const path = `/${encodeURIComponent(String(op.value))}`;
            http
              .get({ host: op.key, path }, (response) => {
                let body = '';
                response.on('data', (s: Buffer) => (body += s.toString()));
                response.on('end', () => resolve(body));
              })
              .on('error', reject);
          }),
      }),
    });
    const told = outcomes(await there.run(web, program([])));
    assert.deepEqual(told.slice(0, 2), ['GET /text%200', 'GET /text%201']);
    assert.equal(told.length, 20);
  });

  it('is a real one again after the run', async () => {
    const { connect, Socket } = net;
    await environment.run(system, program([]));
    assert.equal(net.connect, connect);
    assert.equal(net.Socket, Socket);
  });
});

describe('the agent of http', () => {
  it('gives each client connections of its own, in each run', async () => {
    const server: ServiceForm = {
      accept: (() => {
        const http1 = http.createServer((q, a) => void a.end(q.socket.remoteAddress));
        return (socket) => void http1.emit('connection', socket);
      })(),
    };
    const told = libraryUnderTest({
      name: 'told',
      operations: ['echo'],
      promises: [],
      service: () => server,
      client: () => ({
        perform: () =>
          new Promise((resolve, reject) => {
            const got = (a: http.IncomingMessage): void => {
              let text = '';
              a.setEncoding('utf8').on('data', (s: string) => (text += s));
              a.on('end', () => resolve(text));
            };
            http.get('http://server-0/', got).on('error', reject);
          }),
      }),
    });
    const alone = program([]);
    const two = {
      ...alone,
      shape: cluster({ servers: 1, clients: 2 }),
      clients: [0, 20].map((from) => {
        return (alone.clients[0] ?? []).map((o) => ({ ...o, id: o.id + from, value: null }));
      }),
    };
    for (let i = 0; i < 2; i++) {
      const { history } = await told.environment.run(told.system, two);
      const answers = history.events.flatMap((e) =>
        e.type === 'ok' ? [[e.process, e.value]] : [],
      );
      assert.equal(answers.length, 40);
      for (const [client, address] of answers)
        assert.equal(address, `10.0.0.${Number(client) + 2}`);
    }
  });
});
