/** What others reported of fault proxies, tried with this one: `docs/decisions/fault-reports.md` has the list. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { bin } from '../cli/antlion.ts';
import { dial, openSink } from '../links/sockets.ts';
import { skipUnlessBuilt } from '../cli/antlion.ts';
import { withProxy } from './bench.ts';

describe('reports on fault proxies', () => {
  it('connections that are closed in every way, and by the proxy, leave none open', async () => {
    await withProxy(async ({ ask, sink, address, counters }) => {
      for (let round = 0; round < 20; round++) {
        const clients = await Promise.all(Array.from({ length: 8 }, () => dial(address)));
        const wanted = 8 * (round + 1);
        await sink.until(() => sink.accepted.length === wanted);
        clients.forEach(({ socket }, i) => {
          if (i < 2) socket.end();
          else if (i < 4) socket.resetAndDestroy();
          else if (i < 6) sink.accepted.at(-i)?.destroy();
        });
        // The others, and whoever is not gone yet.
        await ask('PATCH', '/proxies/p', { enabled: false });
        await ask('PATCH', '/proxies/p', { enabled: true });
        await Promise.all(clients.map((c) => c.over));
      }
      while ((await counters()).connections > 0);
      assert.equal((await counters()).opened, 160);
      await sink.until(() => sink.over.length === 160);
    });
  });

  it('1,000 proxies are made by one call, healed by one, and gone by one each', async () => {
    await withProxy(async ({ ask, sink }) => {
      const upstream = sink.address;
      const all = Array.from({ length: 1_000 }, (_, i) => ({
        name: `q${i}`,
        listen: '127.0.0.1:0',
        upstream,
      }));
      const made = JSON.parse(await ask('POST', '/populate', all)) as { proxies: unknown[] };
      assert.equal(made.proxies.length, 1_000);
      await ask('POST', '/proxies/q999/toxics', { type: 'timeout' });
      await ask('POST', '/reset');
      assert.match(await ask('GET', '/proxies/q999'), /"toxics":\[\]/);
      await Promise.all(all.map(({ name }) => ask('DELETE', `/proxies/${name}`)));
      assert.deepEqual(Object.keys(JSON.parse(await ask('GET', '/proxies')) as object), ['p']);
    });
  });

  it('a port is free again as soon as its proxy is deleted, with live connections on it', async () => {
    await withProxy(async ({ ask, sink, address }) => {
      const again = { name: 'p', listen: address, upstream: sink.address };
      for (let i = 0; i < 50; i++) {
        const client = await dial(address);
        client.socket.write('x');
        await sink.until(() => sink.text().length === i + 1);
        await ask('DELETE', '/proxies/p');
        await ask('POST', '/proxies', again, 201);
        await client.over;
      }
    });
  });

  it('servers and listeners may be on IPv6', async function () {
    const server = createServer((socket) => socket.on('error', () => {}).end('six'));
    const listening = once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.listen(0, '::1');
    if (!(await listening)) return this.skip();
    await withProxy(async ({ ask }) => {
      const upstream = `[::1]:${(server.address() as AddressInfo).port}`;
      for (const listen of ['[::1]:0', '127.0.0.1:0']) {
        const made = await ask('POST', '/proxies', { name: listen, listen, upstream });
        const client = await dial((JSON.parse(made) as { listen: string }).listen);
        assert.equal(await client.over, 'end');
        assert.equal(client.text(), 'six');
      }
    });
    server.close();
  });

  it('what flows while toxics come, change and go arrives byte by byte', async () => {
    const bytes = randomBytes(8 << 20);
    await withProxy(async ({ ask, address, sink, toxic }) => {
      const client = await dial(address);
      await sink.until(() => sink.accepted.length === 1);
      const got = createHash('sha256');
      let count = 0;
      sink.accepted[0]?.on('data', (chunk: Buffer) => {
        got.update(chunk);
        count += chunk.length;
      });
      client.socket.end(bytes);
      const kinds = {
        latency: { latency: 3, jitter: 3 },
        slicer: { average_size: 9_000, size_variation: 4_000, delay: 10 },
        bandwidth: { rate: 200_000 },
        noop: {},
      };
      for (let i = 0; count < bytes.length; i++) {
        const [type, attributes] = Object.entries(kinds)[i % 4] as [string, object];
        await toxic(type, attributes, { name: 'n', stream: 'upstream' });
        await ask('PATCH', '/proxies/p/toxics/n', { toxicity: 0.5 });
        await ask('DELETE', '/proxies/p/toxics/n');
      }
      assert.equal(got.digest('hex'), createHash('sha256').update(bytes).digest('hex'));
    });
  });

  it('a proxy out of file descriptors goes on once there are some', async function () {
    skipUnlessBuilt(this);
    await using sink = await openSink();
    const command = `ulimit -n 60 && exec "${process.execPath}" "${bin}" proxy --port 0`;
    const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      let said = '';
      for (const out of [child.stdout, child.stderr]) out.on('data', (text) => (said += text));
      while (!/http:\/\/\S+:\d+/.test(said)) await once(child.stdout, 'data');
      const [url = ''] = /http:\/\/[\w.:]+\d/.exec(said) ?? [];
      const spec = { name: 'p', listen: '127.0.0.1:0', upstream: sink.address };
      const answer = await fetch(`${url}/proxies`, { method: 'POST', body: JSON.stringify(spec) });
      const { listen } = (await answer.json()) as { listen: string };
      const many = await Promise.all(Array.from({ length: 80 }, () => dial(listen)));
      for (const { socket } of many) socket.destroy();
      await Promise.all(many.map((c) => c.over));
      const late = await dial(listen);
      late.socket.write('late');
      await sink.until(() => sink.text() === 'late');
    } finally {
      child.kill('SIGKILL');
    }
  });
});
