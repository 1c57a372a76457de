import assert from 'node:assert/strict';
import { type Client, dial, type Sink } from '../links/sockets.ts';
import { type Bench, standstill, withProxy } from './bench.ts';

const upstream = { stream: 'upstream' };

/** Sends and waits until the sink has all of it. */
async function arrives(client: Client, sink: Sink, text: string): Promise<void> {
  client.socket.write(text);
  await sink.until(() => sink.text().endsWith(text));
}

/** Waits until the proxy has read `bytes` from clients. */
async function read(bench: Bench, bytes: number): Promise<void> {
  while (((await bench.counters()).upstream['receivedBytes'] ?? 0) < bytes);
}

describe('toxics', () => {
  it('latency: late, in order, all of it; a FIN queues behind the data', async () => {
    await withProxy(async ({ sink, address, toxic }) => {
      await toxic('latency', { latency: 30, jitter: 20 }, upstream);
      const client = await dial(address);
      const sentMs = performance.now();
      for (let i = 0; i < 20; i++) client.socket.write(`${i},`);
      client.socket.end();
      await sink.until(() => sink.over.length === 1);
      assert.ok(performance.now() - sentMs >= 9);
      assert.equal(sink.text(), Array.from({ length: 20 }, (_, i) => `${i},`).join(''));
    });
  });

  it('latency taken away, or changed, lets what waits go at once', async () => {
    await withProxy(async (bench) => {
      const { sink, address, toxic, ask } = bench;
      await toxic('latency', { latency: 3_600_000 }, { ...upstream, name: 'l' });
      const client = await dial(address);
      client.socket.write('a');
      await read(bench, 1);
      await ask('PATCH', '/proxies/p/toxics/l', { attributes: { latency: 3_500_000 } });
      await sink.until(() => sink.text() === 'a');
      client.socket.write('b');
      await read(bench, 2);
      await ask('DELETE', '/proxies/p/toxics/l');
      await sink.until(() => sink.text() === 'ab');
      assert.deepEqual((await bench.counters()).upstream, {
        receivedBytes: 2,
        sentBytes: 2,
        droppedBytes: 0,
        delayedBytes: 2,
      });
    });
  });

  it('bandwidth: no faster than its rate; at rate 0 not at all, and nothing is lost', async () => {
    await withProxy(async (bench) => {
      const { sink, address, toxic, ask } = bench;
      await toxic('bandwidth', { rate: 100 }, { ...upstream, name: 'b' });
      const client = await dial(address);
      const sentMs = performance.now();
      await arrives(client, sink, `${'x'.repeat(4_999)}!`);
      assert.ok(performance.now() - sentMs >= 48);
      await ask('PATCH', '/proxies/p/toxics/b', { attributes: { rate: 0 } });
      client.socket.write('late');
      await read(bench, 5_004);
      assert.equal((await bench.counters()).upstream['sentBytes'], 5_000);
      await ask('DELETE', '/proxies/p/toxics/b');
      await sink.until(() => sink.text().endsWith('!late'));
    });
  });

  it('bandwidth 0 holds the sender back, and bounds what is kept', async () => {
    await withProxy(async (bench) => {
      const { sink, address, toxic, ask } = bench;
      await toxic('bandwidth', { rate: 0 }, { ...upstream, name: 'b' });
      const client = await dial(address);
      const block = Buffer.alloc(1024 * 1024, 'x');
      for (let i = 0; i < 64; i++) client.socket.write(block);
      const received = await standstill(bench, 'upstream');
      assert.ok(received > 1024 * 1024 && received < 20 * 1024 * 1024, String(received));
      await ask('DELETE', '/proxies/p/toxics/b');
      await sink.until(() => sink.text().length === 64 * block.length);
    });
  });

  it('slow_close: the data at once, the FIN later', async () => {
    await withProxy(async ({ sink, address, toxic, ask }) => {
      const closes = async (client: Client, count: number): Promise<void> => {
        await sink.until(() => sink.accepted.length === count);
        sink.accepted.at(-1)?.end('bye');
        await client.until(() => client.text() === 'bye');
      };
      await toxic('slow_close', { delay: 3_600_000 }, { name: 'late' });
      const client = await dial(address);
      await closes(client, 1);
      assert.equal(client.socket.readableEnded, false);
      await ask('DELETE', '/proxies/p/toxics/late');
      assert.equal(await client.over, 'end');
      await toxic('slow_close', { delay: 40 });
      const other = await dial(address);
      const sentMs = performance.now();
      await closes(other, 2);
      assert.equal(await other.over, 'end');
      assert.ok(performance.now() - sentMs >= 39);
    });
  });

  it('timeout: loses all; closes a while after the last data, or when taken away', async () => {
    await withProxy(async (bench) => {
      const { sink, address, toxic, ask } = bench;
      await toxic('timeout', { timeout: 0 }, { ...upstream, name: 't' });
      const client = await dial(address);
      client.socket.write('lost');
      await read(bench, 4);
      await ask('DELETE', '/proxies/p/toxics/t');
      assert.equal(await client.over, 'end');
      await toxic('timeout', { timeout: 20 }, upstream);
      assert.equal(await (await dial(address)).over, 'end');
      assert.equal(sink.text(), '');
      assert.equal((await bench.counters()).upstream['droppedBytes'], 4);
    });
  });

  it('reset_peer: RST to both sides after the first data; silent connections live on', async () => {
    await withProxy(async ({ sink, address, toxic }) => {
      await toxic('reset_peer', { timeout: 10 }, upstream);
      const [silent, loud] = [await dial(address), await dial(address)];
      await sink.until(() => sink.accepted.length === 2);
      loud.socket.write('x');
      assert.equal(await loud.over, 'ECONNRESET');
      await sink.until(() => sink.over.length === 1);
      assert.deepEqual(sink.over, ['ECONNRESET']);
      assert.equal(silent.socket.closed, false);
    });
  });

  it('reset_peer with toxicity 0 resets nothing', async () => {
    await withProxy(async ({ sink, address, toxic }) => {
      await toxic('reset_peer', { timeout: 0 }, { ...upstream, toxicity: 0 });
      const client = await dial(address);
      await arrives(client, sink, 'x');
      sink.accepted[0]?.end('bye');
      assert.equal(await client.over, 'end');
      assert.equal(client.text(), 'bye');
    });
  });

  it('limit_data beside a reset_peer that hits nobody: what it lets pass, then RST', async () => {
    await withProxy(async ({ sink, address, toxic }) => {
      await toxic('limit_data', { bytes: 5 }, upstream);
      await toxic('reset_peer', { timeout: 0 }, { ...upstream, toxicity: 0 });
      const client = await dial(address);
      await arrives(client, sink, 'abc');
      client.socket.write('defg');
      assert.equal(await client.over, 'ECONNRESET');
      // Node tells a reset that comes right behind data as an end.
      await sink.until(() => sink.over.length === 1);
      assert.equal(sink.text(), 'abcde');
    });
  });

  it('reset_peer can be taken away while it waits', async () => {
    await withProxy(async (bench) => {
      await bench.toxic('reset_peer', { timeout: 3_600_000 }, { ...upstream, name: 'r' });
      const client = await dial(bench.address);
      client.socket.write('x');
      await read(bench, 1);
      await bench.ask('DELETE', '/proxies/p/toxics/r');
      assert.equal(await client.over, 'ECONNRESET');
    });
  });

  it('slicer: the same bytes, in order', async () => {
    await withProxy(async ({ sink, address, toxic }) => {
      await toxic('slicer', { average_size: 10, size_variation: 3, delay: 100 }, upstream);
      const text = Array.from({ length: 50 }, (_, i) => String(100 + i)).join('');
      await arrives(await dial(address), sink, text);
      assert.equal(sink.text(), text);
    });
  });

  it('slicer with attributes that are all 0 lets data pass', async () => {
    await withProxy(async ({ sink, address, toxic }) => {
      await toxic('slicer', {}, upstream);
      await arrives(await dial(address), sink, 'hello');
    });
  });

  it('limit_data: exactly so many bytes of a connection, counted over a change', async () => {
    await withProxy(async ({ sink, address, toxic, ask }) => {
      await toxic('limit_data', { bytes: 5 }, { ...upstream, name: 'l' });
      const client = await dial(address);
      await arrives(client, sink, 'abc');
      await ask('PATCH', '/proxies/p/toxics/l', { attributes: { bytes: 7 } });
      client.socket.write('defghijk');
      assert.equal(await client.over, 'end');
      assert.equal(sink.text(), 'abcdefg');
    });
  });

  it('several work one after the other, and one is taken out of the middle', async () => {
    await withProxy(async ({ sink, address, toxic, ask }) => {
      await toxic('latency', { latency: 5 }, { ...upstream, name: 'one' });
      await toxic('bandwidth', { rate: 0 }, { ...upstream, name: 'two' });
      await toxic('slicer', { average_size: 2 }, { ...upstream, name: 'three' });
      const client = await dial(address);
      client.socket.write('hello');
      await ask('DELETE', '/proxies/p/toxics/two');
      await sink.until(() => sink.text() === 'hello');
      await ask('POST', '/reset');
      assert.equal(await ask('GET', '/proxies/p/toxics'), '[]');
      await arrives(client, sink, ', world');
    });
  });

  it('toxicity: the same connections are hit with the same seed, others with another', async () => {
    const hits = async (seed: number): Promise<string> => {
      let pattern = '';
      await withProxy(async ({ address, toxic }) => {
        await toxic('reset_peer', { timeout: 0 }, { ...upstream, toxicity: 0.5 });
        for (let i = 0; i < 32; i++) {
          const client = await dial(address);
          client.socket.end('x');
          pattern += (await client.over) === 'end' ? '.' : 'x';
        }
      }, seed);
      return pattern;
    };
    const first = await hits(7);
    assert.match(first, /x.*\.|\..*x/);
    assert.equal(await hits(7), first);
    assert.notEqual(await hits(8), first);
  });

  const wrong: readonly (readonly [type: string, attributes: object, message: RegExp])[] = [
    ['bandwidth', { rate: -1 }, /rate is -1, wanted 0 or more/],
    ['latency', { latency: 1, jitter: -5 }, /jitter is -5/],
    ['slicer', { average_size: 10, size_variation: 11 }, /size_variation is 11, wanted at most/],
    ['latency', { jitter: 1e30 }, /cannot unmarshal number/],
  ];
  for (const [type, attributes, message] of wrong) {
    it(`refuses ${type} ${JSON.stringify(attributes)}, which kills a real server`, async () => {
      await withProxy(async ({ ask }) => {
        const answer = await ask('POST', '/proxies/p/toxics', { type, attributes }, 400);
        assert.match(answer, message);
        assert.equal(await ask('GET', '/proxies/p/toxics'), '[]');
      });
    });
  }
});
