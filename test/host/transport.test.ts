import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import type { Msg, NodeId } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';
import { LinkFilter } from '../../harness/host/message-faults.ts';
import { encodeFrame } from '../../harness/host/frames.ts';
import type { Address } from '../../harness/host/launch.ts';
import { Outbox } from '../../harness/host/outbox.ts';
import { Transport } from '../../harness/host/transport.ts';

const host = '127.0.0.1';
const nodes = 2;

/** One end of a run of two nodes and a client (2), and what arrived there. */
class End implements Disposable {
  readonly transport: Transport;
  private readonly arrivals = new EventEmitter();
  private readonly waiting: string[] = [];

  constructor(self: NodeId, peers: Record<NodeId, Address>, run = 'run') {
    this.transport = new Transport({
      run,
      self,
      nodes,
      lanes: 3,
      peers,
      filter: new LinkFilter(new Prng(1), (_delayUs, f) => f()),
      outbox: new Outbox(),
      onMessage: (from, lane, m) => {
        this.waiting.push(`${from}/${lane} ${m.kind}`);
        this.arrivals.emit('one');
      },
    });
  }

  async next(): Promise<string> {
    while (this.waiting.length === 0) await once(this.arrivals, 'one');
    return this.waiting.shift() ?? '';
  }

  /** Sends until something arrives at `to`: a datagram may be lost while a connection is made. */
  async sendUntil(to: NodeId, other: End, m: Msg): Promise<string> {
    const again = setInterval(() => this.transport.send(to, 1, m), 20);
    this.transport.send(to, 1, m);
    try {
      return await other.next();
    } finally {
      clearInterval(again);
    }
  }

  [Symbol.dispose](): void {
    this.transport.close();
  }
}

describe('transport', () => {
  it('carries what a node sends on connections that it opened itself', async () => {
    const port = await freePort();
    using a = new End(0, { 1: { host, port } });
    using b = new End(1, {});
    await b.transport.listen({ host, port });
    a.transport.send(1, 2, { kind: 'ping' });
    assert.equal(await b.next(), '0/2 ping');
    // b knows no address of a: an answer on a's connection would be a bug.
    b.transport.send(0, 2, { kind: 'pong' });
    assert.equal(b.transport.dropped, 1);
  });

  it('answers a client on the connection that the client opened', async () => {
    const port = await freePort();
    using client = new End(2, { 1: { host, port } });
    using b = new End(1, {});
    await b.transport.listen({ host, port });
    client.transport.send(1, 0, { kind: 'ask' });
    assert.equal(await b.next(), '2/0 ask');
    b.transport.send(2, 1, { kind: 'answer' });
    assert.equal(await client.next(), '1/1 answer');
  });

  it('keeps the order within a lane, and opens one connection a lane', async () => {
    const port = await freePort();
    using a = new End(0, { 1: { host, port } });
    using b = new End(1, {});
    await b.transport.listen({ host, port });
    for (let i = 0; i < 50; i++) a.transport.send(1, i % 2, { kind: `${i}` });
    const got: string[] = [];
    while (got.length < 50) got.push(await b.next());
    for (const lane of [0, 1]) {
      const mine = got.filter((g) => g.startsWith(`0/${lane}`));
      const wanted = Array.from({ length: 25 }, (_, k) => `0/${lane} ${2 * k + lane}`);
      assert.deepEqual(mine, wanted);
    }
  });

  it('dials again after the other end died, and loses what could not leave', async () => {
    const port = await freePort();
    using a = new End(0, { 1: { host, port } });
    {
      using first = new End(1, {});
      await first.transport.listen({ host, port });
      assert.equal(await a.sendUntil(1, first, { kind: 'one' }), '0/1 one');
    }
    using second = new End(1, {});
    await second.transport.listen({ host, port });
    assert.equal(await a.sendUntil(1, second, { kind: 'two' }), '0/1 two');
  });

  it('dials until somebody listens', async () => {
    const port = await freePort();
    using a = new End(0, { 1: { host, port } });
    a.transport.send(1, 1, { kind: 'early' });
    using b = new End(1, {});
    await b.transport.listen({ host, port });
    assert.match(await a.sendUntil(1, b, { kind: 'late' }), /^0\/1 /);
  });

  it('turns away another run and whatever does not introduce itself', async () => {
    const port = await freePort();
    using b = new End(1, {});
    await b.transport.listen({ host, port });
    for (const hello of [{ run: 'other', from: 0 }, { lane: 0, m: { kind: 'x' } }, 17]) {
      const socket = connect({ host, port });
      socket.write(encodeFrame(hello) ?? '');
      socket.write(encodeFrame({ lane: 0, m: { kind: 'x' } }) ?? '');
      socket.resume();
      await once(socket, 'close');
    }
    using client = new End(2, { 1: { host, port } });
    client.transport.send(1, 0, { kind: 'first' });
    assert.equal(await b.next(), '2/0 first');
  });

  it('drops and counts what makes no sense, and goes on', async () => {
    const port = await freePort();
    using b = new End(1, {});
    await b.transport.listen({ host, port });
    const socket = connect({ host, port });
    const values = [{ run: 'run', from: 0 }, { lane: 9, m: { kind: 'x' } }, { lane: 0 }, null];
    for (const v of [...values, { lane: 0, m: { kind: 'good' } }]) {
      socket.write(encodeFrame(v) ?? '');
    }
    assert.equal(await b.next(), '0/0 good');
    assert.equal(b.transport.dropped, 3);
    socket.destroy();
  });

  it('says when its port is in use', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    using b = new End(1, {});
    const { port } = server.address() as AddressInfo;
    await assert.rejects(b.transport.listen({ host, port }), { code: 'EADDRINUSE' });
    server.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
