/** A SOCKS proxy of one member: peers by their links, whichever port, and everybody else as he is. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { startLinkEnd } from '../../harness/attached/link-end.ts';
import { startSocksServer } from '../../harness/attached/socks-server.ts';

const host = '127.0.0.1';

/** Answers what it is sent, after its name. */
async function startEcho(name: string): Promise<{ readonly port: number; close(): void }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => socket.write(`${name} ${String(bytes)}`));
  }).listen(0, host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

/** What `text` is answered by `port`, dialled by the proxy; the request comes in pieces of `size` bytes. */
async function dialled(proxy: number, port: number, text: string, size: number): Promise<string> {
  const socket = connect({ host, port: proxy, noDelay: true });
  const target = Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 255]);
  const all = Buffer.concat([Buffer.from([5, 2, 0, 2]), target, Buffer.from(text)]);
  for (let at = 0; at < all.length; at += size) {
    socket.write(all.subarray(at, at + size));
    await new Promise((wake) => setImmediate(wake));
  }
  let got: Buffer = Buffer.alloc(0);
  // A method, an answer to the request, and what the echo says.
  const wanted = 2 + 10 + 2 + text.length;
  for await (const bytes of socket) {
    got = Buffer.concat([got, bytes as Buffer]);
    if (got.length >= wanted) break;
  }
  socket.destroy();
  assert.deepEqual([...got.subarray(0, 4)], [5, 0, 5, 0]);
  return got.toString('utf8', 12);
}

describe('the SOCKS proxy of a member', () => {
  it('takes a peer by its link, on any of its ports, in pieces of any size', async () => {
    const [a, b] = [await startEcho('a'), await startEcho('b')];
    await using end = await startLinkEnd(host);
    const links = new Map([a, b].map(({ port }) => [`${host}:${port}`, end.address]));
    await using proxy = await startSocksServer(host, links);
    for (const size of [1, 3, 100]) {
      assert.equal(await dialled(proxy.port, a.port, 'x', size), 'a x');
      assert.equal(await dialled(proxy.port, b.port, 'y', size), 'b y');
    }
    for (const echo of [a, b]) echo.close();
  });

  it('goes by the link and not past it: where that leads nowhere, nothing comes', async () => {
    const a = await startEcho('a');
    const nowhere = await startEcho('nowhere');
    nowhere.close();
    const links = new Map([[`${host}:${a.port}`, `${host}:${nowhere.port}`]]);
    await using proxy = await startSocksServer(host, links);
    const socket = connect({ host, port: proxy.port });
    socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, a.port >> 8, a.port & 255]));
    const [first] = (await once(socket, 'data')) as [Buffer];
    assert.deepEqual([...first], [5, 0]);
    await once(socket, 'close');
    a.close();
  });

  it('dials who is no peer as he is', async () => {
    const a = await startEcho('a');
    await using proxy = await startSocksServer(host, new Map());
    assert.equal(await dialled(proxy.port, a.port, 'z', 100), 'a z');
    a.close();
  });
});
