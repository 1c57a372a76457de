/** What the embedded proxy knows besides: half-close, deadlines, leases, datagrams. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Toxiproxy } from 'toxiproxy-node-client';
import { startProxy } from '../../harness/proxy/server.ts';
import { dial } from '../links/sockets.ts';
import { type Bench, withProxy } from './bench.ts';

describe('half-close', () => {
  for (const half of [true, false]) {
    it(`${half ? 'asked for' : 'otherwise'}: an answer after the end of the question ${half ? 'arrives' : 'is lost'}`, async () => {
      await withProxy(async ({ ask }) => {
        await using server = createServer({ allowHalfOpen: true }, (socket) => {
          socket.resume().on('error', () => {});
          socket.on('end', () => socket.end('answer'));
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as { port: number };
        const spec = { name: 'h', listen: '127.0.0.1:0', upstream: `127.0.0.1:${port}` };
        const made = await ask('POST', '/proxies', { ...spec, half_close: half });
        assert.equal(/"half_close":true/.test(made), half);
        const client = await dial((JSON.parse(made) as { listen: string }).listen);
        client.socket.end('question');
        assert.equal(await client.over, 'end');
        assert.equal(client.text(), half ? 'answer' : '');
      });
    });
  }

  it('a server that resets ends the client as well', async () => {
    await withProxy(async ({ ask, sink, address }) => {
      await ask('PATCH', '/proxies/p', { half_close: true });
      const client = await dial(address);
      await sink.until(() => sink.accepted.length === 1);
      sink.accepted[0]?.resetAndDestroy();
      assert.equal(await client.over, 'end');
    });
  });
});

describe('toxics that tell open connections from new ones', () => {
  const upstream = { stream: 'upstream' };

  it('half_open: an open one carries nothing and does not end, a new one does', async () => {
    await withProxy(async ({ ask, sink, address, toxic, counters }) => {
      const old = await dial(address);
      old.socket.write('a');
      await sink.until(() => sink.text() === 'a');
      await toxic('half_open', {}, upstream);
      old.socket.end('lost');
      const fresh = await dial(address);
      fresh.socket.write('b');
      await sink.until(() => sink.text() === 'ab');
      while ((await counters()).upstream['droppedBytes'] !== 4);
      assert.deepEqual([sink.over, sink.text()], [[], 'ab']);
      await ask('DELETE', '/proxies/p/toxics/half_open_upstream');
      assert.equal(await old.over, 'end');
      fresh.socket.write('c');
      await sink.until(() => sink.text() === 'abc');
    });
  });

  it('accept_stall: a new one waits until it is taken away, an open one goes on', async () => {
    await withProxy(async ({ ask, sink, address, toxic, counters }) => {
      const old = await dial(address);
      old.socket.write('a');
      await sink.until(() => sink.text() === 'a');
      await toxic('accept_stall', {}, upstream);
      const fresh = await dial(address);
      fresh.socket.write('d');
      while ((await counters()).upstream['delayedBytes'] !== 1);
      old.socket.write('b');
      await sink.until(() => sink.text() === 'ab');
      await ask('DELETE', '/proxies/p/toxics/accept_stall_upstream');
      await sink.until(() => sink.text() === 'abd');
    });
  });
});

describe('a deadline', () => {
  it('ends a toxic, and a proxy that was disabled, by itself', async () => {
    await withProxy(async ({ ask, sink, address }) => {
      const add = { type: 'timeout', stream: 'upstream', deadline: 60_000 };
      await ask('POST', '/links', [{ proxy: 'p', add }]);
      assert.match(await ask('GET', '/proxies/p'), /"deadline":60000/);
      await ask('PATCH', '/proxies/p/toxics/timeout_upstream', { deadline: 40 });
      while (/timeout/.test(await ask('GET', '/proxies/p')));
      await ask('POST', '/links', [{ proxy: 'p', enabled: false, deadline: 60_000 }]);
      await assert.rejects(dial(address), { code: 'ECONNREFUSED' });
      await ask('POST', '/links', [{ proxy: 'p', enabled: false, deadline: 40 }]);
      while (/"enabled":false/.test(await ask('GET', '/proxies/p')));
      (await dial(address)).socket.write('back');
      await sink.until(() => sink.text() === 'back');
    });
  });

  it('of a proxy that somebody else has stopped since leaves it stopped', async () => {
    await withProxy(async ({ ask, toxic }) => {
      await ask('POST', '/links', [{ proxy: 'p', enabled: false, deadline: 200 }]);
      await ask('POST', '/reset');
      await ask('PATCH', '/proxies/p', { enabled: false });
      await toxic('noop', {}, { deadline: 400 });
      while (/noop/.test(await ask('GET', '/proxies/p')));
      assert.match(await ask('GET', '/proxies/p'), /"enabled":false/);
    });
  });

  it('is refused when it is no time', async () => {
    await withProxy(async ({ ask }) => {
      for (const deadline of [0, -1, 2 ** 31]) {
        const text = await ask('POST', '/proxies/p/toxics', { type: 'noop', deadline }, 400);
        assert.match(text, /deadline is -?\d+, wanted 1 to 2147483647 \(ms\)/);
      }
    });
  });
});

describe('a lease', () => {
  const held = async ({ ask, toxic }: Bench, ms: number): Promise<void> => {
    await ask('POST', '/leases/run-1', { ms });
    await toxic('latency', { latency: 5 }, { lease: 'run-1', name: 'held' });
    await toxic('latency', { latency: 5 }, { name: 'free' });
    await ask('POST', '/links', [{ proxy: 'p', enabled: false, lease: 'run-1' }]);
  };

  it('that is not renewed ends, and what belongs to it is undone', async () => {
    await withProxy(async (bench) => {
      const { ask } = bench;
      await held(bench, 60_000);
      assert.equal(await ask('GET', '/leases'), '{"run-1":{"ms":60000}}');
      await ask('POST', '/leases/run-1', { ms: 30 });
      while (/run-1/.test(await ask('GET', '/leases')));
      const proxy = await ask('GET', '/proxies/p');
      assert.match(proxy, /"enabled":true/);
      assert.doesNotMatch(proxy, /"held"/);
      assert.match(proxy, /"free"/);
    });
  });

  it('ends when it is told to, and nothing belongs to one that is not there', async () => {
    await withProxy(async (bench) => {
      const { ask } = bench;
      await held(bench, 60_000);
      await ask('DELETE', '/leases/run-1');
      assert.match(await ask('GET', '/proxies/p'), /"enabled":true/);
      await ask('DELETE', '/leases/run-1', undefined, 404);
      const body = { type: 'noop', lease: 'run-1' };
      assert.match(await ask('POST', '/proxies/p/toxics', body, 404), /lease not found: run-1/);
      assert.match(await ask('POST', '/leases/x', {}, 400), /ms is 0, wanted 1 to/);
      assert.match(await ask('POST', '/leases/x', { msec: 5 }, 400), /unknown field \\"msec\\"/);
    });
  });
});

describe('a client of Toxiproxy that knows of nothing besides', () => {
  it('sees proxies and toxics, changes them, and leaves what it does not know as it was', async () => {
    await withProxy(async ({ ask, url }) => {
      await ask('PATCH', '/proxies/p', { half_close: true });
      const udp = { name: 'u', protocol: 'udp', listen: '127.0.0.1:0', upstream: '127.0.0.1:1' };
      await ask('POST', '/proxies', udp);
      await ask('POST', '/leases/l', { ms: 60_000 });
      const latency = { type: 'latency', name: 't', attributes: { latency: 1 } };
      const add = { ...latency, deadline: 60_000, lease: 'l' };
      await ask(
        'POST',
        '/links',
        ['p', 'u'].map((proxy) => ({ proxy, add })),
      );

      const client = new Toxiproxy(url);
      for (const proxy of Object.values(await client.getAll())) {
        const toxic = await proxy.getToxic('t');
        await toxic.update({ ...toxic.toJson(), attributes: { latency: 2, jitter: 0 } });
        await proxy.update(proxy.toJson());
      }
      const kept = /"latency":2.*"deadline":60000,"lease":"l"}\].*(half_close|udp)/;
      for (const name of ['p', 'u']) assert.match(await ask('GET', `/proxies/${name}`), kept);
    });
  });
});

/** A UDP server that says everything back, a proxy before it, and a client. */
async function withDatagrams(
  work: (d: {
    readonly toxic: (type: string, attributes: object, more?: object) => Promise<Response>;
    /** Sends; gives what has come back when `count` have. */
    readonly send: (texts: readonly string[], count: number) => Promise<readonly string[]>;
    readonly url: string;
  }) => Promise<void>,
): Promise<void> {
  await using proxy = await startProxy({ seed: 7 });
  const echo = createSocket('udp4');
  const client = createSocket('udp4');
  try {
    echo.on('message', (bytes, from) => echo.send(bytes, from.port, from.address));
    echo.bind(0, '127.0.0.1');
    await once(echo, 'listening');
    const answer = await fetch(`${proxy.url}/proxies`, {
      method: 'POST',
      body: JSON.stringify({
        name: 'u',
        protocol: 'udp',
        listen: '127.0.0.1:0',
        upstream: `127.0.0.1:${echo.address().port}`,
      }),
    });
    const { listen } = (await answer.json()) as { listen: string };
    const port = Number(listen.split(':')[1]);
    await work({
      url: proxy.url,
      toxic: (type, attributes, more = {}) =>
        fetch(`${proxy.url}/proxies/u/toxics`, {
          method: 'POST',
          body: JSON.stringify({ type, attributes, ...more }),
        }),
      send(texts, count) {
        const back: string[] = [];
        return new Promise((resolve) => {
          client.removeAllListeners('message').on('message', (bytes) => {
            back.push(String(bytes));
            if (back.length === count) resolve(back);
          });
          for (const text of texts) client.send(text, port, '127.0.0.1');
        });
      },
    });
  } finally {
    client.close();
    echo.close();
  }
}

describe('a proxy of datagrams', () => {
  const numbers = (n: number): string[] => [...Array(n).keys()].map(String);

  it('passes them on and back, and counts them', async () => {
    await withDatagrams(async ({ send, url }) => {
      assert.deepEqual(await send(['a', 'b'], 2), ['a', 'b']);
      const links = await (await fetch(`${url}/links`)).text();
      assert.match(links, /"upstream":{"receivedBytes":2,"sentBytes":2/);
      assert.match(await (await fetch(`${url}/proxies/u`)).text(), /"protocol":"udp"/);
    });
  });

  it('loses, doubles and spoils as many as it should, the same for the same seed', async () => {
    const rounds: (readonly string[])[] = [];
    for (let i = 0; i < 2; i++) {
      await withDatagrams(async ({ send, toxic }) => {
        await toxic('loss', { percent: 40 }, { stream: 'upstream' });
        await toxic('duplicate', { percent: 50 }, { stream: 'upstream' });
        await toxic('corrupt', { percent: 30 });
        // With this seed at least so many come back.
        const back = await send(numbers(200), 164);
        rounds.push(back);
      });
    }
    assert.deepEqual(rounds[0], rounds[1]);
    const [back = []] = rounds;
    const whole = back.filter((text) => /^\d+$/.test(text) && Number(text) < 200);
    assert.ok(whole.length < back.length, 'some are spoiled');
    assert.ok(new Set(whole).size < whole.length, 'some came twice');
  });

  it('changes their order by jitter, and lets what waits go when it is healed', async () => {
    await withDatagrams(async ({ send, toxic, url }) => {
      await toxic('latency', { latency: 20, jitter: 20 });
      const back = await send(numbers(30), 30);
      assert.deepEqual(back.toSorted(), numbers(30).toSorted());
      assert.notDeepEqual(back, numbers(30));
      await toxic('latency', { latency: 60_000 }, { name: 'long' });
      const late = send(['late'], 1);
      while (!/"delayedBytes":54,?/.test(await (await fetch(`${url}/links`)).text()));
      await fetch(`${url}/proxies/u/toxics/long`, { method: 'DELETE' });
      assert.deepEqual(await late, ['late']);
    });
  });

  it('has none of the toxics of connections, nor have connections those of datagrams', async () => {
    await withDatagrams(async ({ toxic }) => {
      assert.equal((await toxic('slicer', { average_size: 10 })).status, 400);
      assert.equal((await toxic('loss', { percent: 101 })).status, 400);
    });
    await withProxy(async ({ ask }) => {
      await ask('POST', '/proxies/p/toxics', { type: 'loss' }, 400);
      await ask('PATCH', '/proxies/p', { protocol: 'udp' }, 400);
      await ask('POST', '/proxies', { name: 'q', upstream: 'x', protocol: 'sctp' }, 400);
      const udp = { name: 'q', upstream: 'x:1', protocol: 'udp', enabled: false };
      await ask('POST', '/proxies', { ...udp, half_close: true }, 400);
      await ask('POST', '/proxies', udp, 201);
      const why = await ask('PATCH', '/proxies/q', { half_close: true }, 400);
      assert.match(why, /half_close is true, wanted false: datagrams have no end/);
    });
  });
});
