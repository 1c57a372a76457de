/** What must not end the process, and what Toxiproxy answers where the recording has no request. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { startProxy } from '../../harness/proxy/server.ts';
import { dial } from '../links/sockets.ts';
import { type Bench, withProxy } from './bench.ts';

const listenOf = (proxy: string): string => (JSON.parse(proxy) as { listen: string }).listen;

describe('an upstream that leads nowhere', () => {
  for (const upstream of [
    'h:99999',
    'h:-1',
    'h:1.5',
    'h:nosuchservice',
    'h',
    'a\0b:80',
    '[::1:80',
  ]) {
    it(`closes the connection and the proxy goes on: ${JSON.stringify(upstream)}`, async () => {
      await withProxy(async ({ ask, address, sink, counters }) => {
        await ask('PATCH', '/proxies/p', { upstream });
        assert.equal(await (await dial(address)).over, 'end');
        assert.equal((await counters()).connections, 0);
        await ask('PATCH', '/proxies/p', { upstream: sink.address });
        await dial(address);
        await sink.until(() => sink.accepted.length === 1);
      });
    });
  }
});

describe('addresses as Go reads them', () => {
  it('a port may be the name of a service', async () => {
    await withProxy(async ({ ask }) => {
      const spec = { name: 'q', upstream: 'x', enabled: false };
      await ask('POST', '/proxies', { ...spec, listen: 'localhost:http' });
      const answer = await ask('PATCH', '/proxies/q', { listen: '127.0.0.1:pop3' });
      assert.match(answer, /"listen":"127.0.0.1:pop3"/);
      assert.match(
        await ask('PATCH', '/proxies/q', { listen: 'localhost:nosuchservice' }, 500),
        /lookup tcp\/nosuchservice: unknown port/,
      );
    });
  });

  it('0.0.0.0 listens on both families and is shown as what it is', async () => {
    await withProxy(async ({ ask, sink }) => {
      const spec = { name: 'q', listen: '0.0.0.0:0', upstream: sink.address };
      const listen = listenOf(await ask('POST', '/proxies', spec));
      assert.match(listen, /^\[::\]:\d+$/);
      const port = Number(listen.slice(5));
      for (const host of ['127.0.0.1', '::1']) {
        const socket = connect(port, host);
        await once(socket, 'connect');
        socket.destroy();
      }
    });
  });
});

describe('integers of 64 bits', () => {
  const most = '9223372036854775807';
  const toxicWith = (bench: Bench, latency: string) =>
    bench.raw(
      'POST',
      '/proxies/p/toxics',
      `{"type":"latency","attributes":{"latency":${latency}}}`,
    );

  it('are taken and shown to the last digit', async () => {
    await withProxy(async (bench) => {
      assert.match((await toxicWith(bench, most)).body, new RegExp(`"latency":${most},`));
      assert.match(await bench.ask('GET', '/proxies/p'), new RegExp(`"latency":${most},`));
    });
  });

  it('past which there is an error', async () => {
    await withProxy(async (bench) => {
      const { status, body } = await toxicWith(bench, '9223372036854775808');
      assert.equal(status, 400);
      assert.match(body, /number 9223372036854775808 into Go struct field .* of type int64/);
    });
  });

  it('a delay of 292 million years is kept, and can be ended', async () => {
    await withProxy(async (bench) => {
      await toxicWith(bench, most);
      const client = await dial(bench.address);
      await bench.sink.until(() => bench.sink.accepted.length === 1);
      bench.sink.accepted[0]?.write('late');
      while ((await bench.counters()).downstream['delayedBytes'] !== 4);
      assert.equal(client.text(), '');
      await bench.ask('DELETE', '/proxies/p/toxics/latency_downstream');
      await client.until(() => client.text() === 'late');
    });
  });
});

describe('the API', () => {
  it('keeps the toxics of a proxy that cannot listen where /populate wants it', async () => {
    await withProxy(async ({ ask, toxic, sink }) => {
      await using taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as { port: number };
      await toxic('latency', { latency: 1 });
      const wanted = [{ name: 'p', listen: `127.0.0.1:${port}`, upstream: sink.address }];
      assert.match(await ask('POST', '/populate', wanted, 500), /already in use/);
      assert.match(await ask('GET', '/proxies/p'), /"enabled":false.*"latency_downstream"/);
    });
  });

  it('keeps the bytes of proxies that are deleted, moved or made anew', async () => {
    await withProxy(async ({ sink, address, ask }) => {
      const series = (name: string, listener: string) =>
        `toxiproxy_proxy_sent_bytes_total{direction="upstream",listener="${listener}",proxy="${name}",upstream="${sink.address}"}`;
      const send = async () => {
        const client = await dial(address);
        const before = sink.text().length;
        client.socket.write('12345');
        await sink.until(() => sink.text().length === before + 5);
        client.socket.destroy();
      };
      await send();
      await ask('DELETE', '/proxies/p');
      assert.ok((await ask('GET', '/metrics')).includes(`${series('p', address)} 5\n`));
      await ask('POST', '/proxies', { name: 'p', listen: address, upstream: sink.address });
      await send();
      await ask('PATCH', '/proxies/p', { listen: '127.0.0.1:0' });
      const text = await ask('GET', '/metrics');
      assert.ok(text.includes(`${series('p', address)} 10\n`), text);
    });
  });

  it('answers a body that is too long, and the next request on the same connection', async () => {
    await using server = await startProxy();
    const client = await dial(new URL(server.url).host);
    const bytes = 17 * 1024 * 1024;
    client.socket.write(`POST /populate HTTP/1.1\r\nHost: q\r\nContent-Length: ${bytes}\r\n\r\n`);
    client.socket.write(Buffer.alloc(bytes, ' '));
    await client.until(() => client.text().includes('\n\r\n') || client.text().includes('status'));
    assert.match(client.text(), /^HTTP\/1.1 413 /);
    client.socket.write('GET /version HTTP/1.1\r\nHost: q\r\n\r\n');
    await client.until(() => client.text().includes('2.12.0'));
  });

  it('lists proxies in order of their names, those that are numbers as well', async () => {
    await withProxy(async ({ ask }) => {
      for (const name of ['0', 'a', '!', '10', '__proto__']) {
        await ask('POST', '/proxies', { name, upstream: 'x', enabled: false });
      }
      for (const path of ['/proxies', '/links']) {
        const text = await ask('GET', path);
        const names = ['!', '0', '10', '__proto__', 'a', 'p'].map((n) => text.indexOf(`"${n}":{`));
        assert.deepEqual(
          names,
          [...names].sort((a, b) => a - b),
        );
        assert.ok(!names.includes(-1), text);
      }
    });
  });
});
