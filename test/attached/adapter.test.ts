/** What an adapter may do wrong, and what it is told: the run ends in good order all the same. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { attached } from '../../harness/attached/environment.ts';
import type { Run } from '../../harness/core/environment.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Fault } from '../../harness/core/fault.ts';
import { isOperation } from '../../harness/core/history.ts';
import type { Program } from '../../harness/core/program.ts';
import type { AdapterForm, Endpoint, Session, System } from '../../harness/core/system.ts';

const node = (name: string): Program['shape']['nodes'][number] => ({
  name,
  role: 'server',
  zone: 'zone-0',
});

function program(faults: readonly Fault[] = [], count = 2): Program {
  return {
    scenario: 'adapter',
    shape: { nodes: ['server-0', 'server-1', 'server-2'].map(node), clients: 1 },
    faults,
    clients: [
      Array.from({ length: count }, (_, id) => ({
        id,
        afterUs: 1_000,
        f: 'read',
        key: 'x',
        value: null,
      })),
    ],
    durationUs: 400_000,
    noiseSeed: 1,
    settings: { policyDivisor: 20, deadlineUs: 100_000, mutant: null, extra: {} },
  };
}

const answers: Session = {
  start: (_op, done) => done({ type: 'ok', value: 1 }),
  close: () => undefined,
};

describe('an adapter', function () {
  let server: Server;
  let endpoints: readonly Endpoint[];

  before(async () => {
    server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    endpoints = ['a', 'b', 'c'].map((name) => ({ name, url: `redis://127.0.0.1:${port}` }));
  });
  after(() => server.close());

  const run = (adapter: Partial<AdapterForm>, p = program()): Promise<Run> => {
    const system: System = {
      name: 'fake',
      operations: new Set(['read']),
      promises: [],
      mutants: {},
      adapter: { connect: () => answers, ready: () => Promise.resolve(), ...adapter },
    };
    return attached({ endpoints }).run(system, p);
  };
  const kinds = (r: Run): string[] =>
    r.history.events.filter((e) => isOperation(e)).map((e) => e.type);
  /** Sockets that listen in this process, besides the members. */
  const listening = async (): Promise<number> => {
    // Handles that were closed are gone some turns of the loop later.
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
    return process.getActiveResourcesInfo().filter((r) => r === 'TCPServerWrap').length;
  };

  it('that cannot tell the leader, by rejection or by throwing, ends no run and leaks no proxy', async () => {
    const before = await listening();
    const broken = [
      () => Promise.reject(new Error('no leader today')),
      () => {
        throw new Error('not even a promise');
      },
    ];
    for (const leader of broken) {
      assert.deepEqual(kinds(await run({ leader })), ['invoke', 'ok', 'invoke', 'ok']);
    }
    assert.equal(await listening(), before);
  });

  it('whose member is not ready is one message, whatever it rejects with', async () => {
    const before = await listening();
    const ready = (): Promise<void> => Promise.reject(new Error('HTTP 418'));
    await assert.rejects(run({ ready }), (e) => {
      assert.ok(e instanceof HarnessError, String(e));
      assert.match(e.message, /^E_ENDPOINT: fake is not ready at a=redis.*HTTP 418/);
      return true;
    });
    assert.equal(await listening(), before);
  });

  it('that throws at start leaves the operation unknown', async () => {
    const start = (): never => {
      throw new Error('bug of mine');
    };
    const r = await run({ connect: () => ({ ...answers, start }) });
    assert.deepEqual(kinds(r), ['invoke', 'info', 'invoke', 'info']);
    assert.match(JSON.stringify(r.history.events), /bug of mine/);
  });

  it('whose connection fails fails the operation, and is asked for another', async () => {
    let asked = 0;
    const connect = (): Promise<Session> => {
      asked += 1;
      return asked <= 2 ? Promise.reject(new Error('busy')) : Promise.resolve(answers);
    };
    assert.deepEqual(kinds(await run({ connect })), ['invoke', 'fail', 'invoke', 'ok']);
  });

  it('that is refused for good ends the run with its own message', async () => {
    const connect = (): never => {
      throw new HarnessError('E_ENDPOINT', 'wrong password. Pass --user.');
    };
    await assert.rejects(run({ connect }), /E_ENDPOINT: wrong password/);
  });

  it('that throws at tidying or closing is told as what it leaves behind', async () => {
    const before = await listening();
    const tidy = (): Promise<void> => Promise.reject(new Error('no quorum'));
    const close = (): never => {
      throw new Error('stuck');
    };
    const r = await run({ tidy, connect: () => ({ ...answers, close }) });
    assert.match(r.leftovers.join('\n'), /keys of this run.*no quorum/);
    assert.match(r.leftovers.join('\n'), /session of client 0: stuck/);
    assert.equal(await listening(), before);
  });

  it('is told that an operation was abandoned', async () => {
    const told: number[] = [];
    const silent: Session = {
      start: () => undefined,
      abandon: (op) => told.push(op.id),
      close: () => undefined,
    };
    const r = await run({ connect: () => silent });
    assert.deepEqual(kinds(r), ['invoke', 'info', 'invoke', 'info']);
    assert.deepEqual(told, [0, 1]);
  });

  it('gets addresses of any scheme, through the proxies', async () => {
    const seen: string[] = [];
    await run({
      connect(own) {
        seen.push(...own.map((e) => e.url));
        return answers;
      },
    });
    assert.equal(seen.length, 3);
    for (const url of seen) {
      assert.match(url, /^redis:\/\/127\.0\.0\.1:\d+$/);
      assert.notEqual(url, endpoints[0]?.url);
    }
  });

  it('may know a leader without a term; its later word counts', async () => {
    let asked = 0;
    const leader = (): Promise<{ node: number }> =>
      Promise.resolve({ node: asked++ === 0 ? 2 : 1 });
    const r = await run({ leader }, program([], 0));
    const nodes = r.history.events.flatMap((e) => (e.type === 'observe' ? [e.node] : []));
    assert.deepEqual(nodes, [2, 1]);
  });
});
