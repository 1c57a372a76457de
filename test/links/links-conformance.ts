/** What `Links` promises, over any server: run on the embedded proxy and on a real Toxiproxy. */
import assert from 'node:assert/strict';
import type { LinkDirection, Links } from '../../harness/links/links.ts';
import { openLinks } from '../../harness/links/toxiproxy-links.ts';
import { bandwidth, drop, latency, refuse, reset, stall } from './effects.ts';
import { type Client, dial, openSink, type Sink } from './sockets.ts';

const up: LinkDirection = { link: 'a->b', stream: 'upstream' };
const down: LinkDirection = { link: 'a->b', stream: 'downstream' };

interface Bench {
  readonly links: Links;
  readonly sink: Sink;
  readonly address: string;
}

/** Runs `work` with one link `a->b` to a sink, and takes all down. */
async function withLink(api: string, work: (bench: Bench) => Promise<void>): Promise<void> {
  await using sink = await openSink();
  await using links = await openLinks({ api });
  const made = await links.create([{ name: 'a->b', upstream: sink.address }]);
  await work({ links, sink, address: made.get('a->b') ?? '' });
}

/** Sends `text` and waits until the other side has it. */
async function arrives(client: Client, sink: Sink, text: string): Promise<void> {
  client.socket.write(text);
  await sink.until(() => sink.text().endsWith(text));
}

export function linksConformance(api: () => string): void {
  it('makes links and removes them', async () => {
    await using sink = await openSink();
    const links = await openLinks({ api: api() });
    const made = await links.create([
      { name: 'a->b', upstream: sink.address },
      { name: 'b->a', upstream: sink.address },
    ]);
    const client = await dial(made.get('b->a') ?? '');
    await arrives(client, sink, 'hello');
    await links.close();
    assert.equal(await client.over, 'end');
    await assert.rejects(dial(made.get('a->b') ?? ''), { code: 'ECONNREFUSED' });
    const left = await fetch(`${api()}/proxies`);
    assert.equal(await left.text(), '{}');
  });

  it('refuses a link that somebody else made, and one that nobody made', async () => {
    await withLink(api(), async ({ links, sink }) => {
      await using other = await openLinks({ api: api() });
      assert.deepEqual([links.has('a->b'), other.has('a->b')], [true, false]);
      const code = 'E_REFUSED_TARGET';
      await assert.rejects(other.create([{ name: 'a->b', upstream: sink.address }]), { code });
      await assert.rejects(other.inject('f', [up], ...drop), { code });
      assert.deepEqual(await links.verify(), []);
    });
  });

  it('drop: what is sent is lost for good, one way only; the connection dies at heal', async () => {
    await withLink(api(), async ({ links, sink, address }) => {
      const client = await dial(address);
      await arrives(client, sink, 'before');
      await links.inject('f', [up], ...drop);
      client.socket.write('lost');
      sink.accepted[0]?.write('answer');
      await client.until(() => client.text() === 'answer');
      assert.deepEqual(await links.verify(), ['link a->b has toxic f.upstream']);
      await links.heal('f');
      await client.over;
      assert.deepEqual(await links.verify(), []);
      await arrives(await dial(address), sink, 'after');
      assert.equal(sink.text(), 'beforeafter');
    });
  });

  it('stall: what is sent arrives after heal, on the same connection', async () => {
    await withLink(api(), async ({ links, sink, address }) => {
      const client = await dial(address);
      await links.inject('f', [up, down], ...stall);
      client.socket.write('late');
      await sink.until(() => sink.accepted.length === 1);
      sink.accepted[0]?.write('answer');
      assert.equal(sink.text(), '');
      await links.heal('f');
      await sink.until(() => sink.text() === 'late');
      await client.until(() => client.text() === 'answer');
      assert.deepEqual(await links.verify(), []);
    });
  });

  it('stall: what a client sent before it died arrives after heal', async () => {
    await withLink(api(), async ({ links, sink, address }) => {
      const client = await dial(address);
      await arrives(client, sink, 'before');
      await links.inject('f', [up], ...stall);
      client.socket.write('testament', () => client.socket.destroy());
      await client.over;
      assert.equal(sink.text(), 'before');
      await links.heal('f');
      await sink.until(() => sink.text() === 'beforetestament');
    });
  });

  it('refuse: connections break, new ones are refused, after heal they are not', async () => {
    await withLink(api(), async ({ links, sink, address }) => {
      const client = await dial(address);
      await arrives(client, sink, 'before');
      await links.inject('f', [up, down], ...refuse);
      await client.over;
      await assert.rejects(dial(address), { code: 'ECONNREFUSED' });
      assert.deepEqual(await links.verify(), ['link a->b is disabled']);
      await links.heal('f');
      assert.deepEqual(await links.verify(), []);
      await arrives(await dial(address), sink, 'after');
    });
  });

  it('faults that overlap on a link compose, and end one by one', async () => {
    await withLink(api(), async ({ links, sink, address }) => {
      await links.inject('slow', [up], ...latency(1_000, 0));
      await links.inject('cut', [up], ...refuse);
      await links.inject('cut-2', [up], ...refuse);
      await links.heal('cut');
      await assert.rejects(dial(address), { code: 'ECONNREFUSED' });
      await links.heal('cut-2');
      assert.deepEqual(await links.verify(), ['link a->b has toxic slow.upstream']);
      await arrives(await dial(address), sink, 'slowly');
      await links.healAll();
      assert.deepEqual(await links.verify(), []);
    });
  });

  it('latency and bandwidth delay, and lose nothing', async () => {
    await withLink(api(), async ({ links, sink, address }) => {
      const client = await dial(address);
      await links.inject('f', [up], ...latency(20_000, 5_000));
      await links.inject('g', [up], ...bandwidth(100));
      const sentMs = performance.now();
      await arrives(client, sink, `${'x'.repeat(2_000)}end`);
      assert.ok(performance.now() - sentMs >= 30, 'at least 15 ms of delay and 20 ms to carry');
      assert.equal(sink.text().length, 2_003);
    });
  });

  it('reset: the connection dies with its data, and the next ones, until heal', async () => {
    await withLink(api(), async ({ links, sink, address }) => {
      const before = await dial(address);
      await arrives(before, sink, 'before');
      await links.inject('f', [up], ...reset(0));
      before.socket.write('lost');
      await before.over;
      const next = await dial(address);
      next.socket.write('lost');
      assert.equal(await next.over, 'ECONNRESET');
      await links.heal('f');
      assert.equal(await links.effect('f'), 'yes');
      await arrives(await dial(address), sink, 'after');
      assert.equal(sink.text(), 'beforeafter');
      assert.deepEqual(await links.verify(), []);
    });
  });

  it('reset: after some bytes, on each connection', async () => {
    await withLink(api(), async ({ links, sink, address }) => {
      await links.inject('f', [up], ...reset(4));
      for (const text of ['abc', 'xyz']) {
        const client = await dial(address);
        await arrives(client, sink, text);
        client.socket.write('too much');
        assert.equal(await client.over, 'ECONNRESET');
      }
      await links.heal('f');
      assert.equal(await links.effect('f'), 'yes');
      assert.deepEqual(await links.verify(), []);
    });
  });

  it('what a stall holds back meets a reset when it is let go, whichever began first', async () => {
    for (const resetUntilHeal of [true, false]) {
      await withLink(api(), async ({ links, sink, address }) => {
        await links.inject('reset', [up], ...reset(0));
        await links.inject('stall', [up], ...stall);
        const client = await dial(address);
        client.socket.write('held');
        await sink.until(() => sink.accepted.length === 1);
        if (!resetUntilHeal) await links.heal('reset');
        await links.heal('stall');
        if (resetUntilHeal) assert.equal(await client.over, 'ECONNRESET');
        else await sink.until(() => sink.text() === 'held');
        await links.healAll();
        assert.deepEqual(await links.verify(), []);
      });
    }
  });

  it('a fault that comes last ends for good while another one begins', async () => {
    await withLink(api(), async ({ links }) => {
      await links.inject('last', [up], ...reset(4_000));
      await Promise.all([links.inject('slow', [up], ...latency(50, 0)), links.heal('last')]);
      assert.deepEqual(links.oddities?.('last'), []);
      assert.deepEqual(await links.verify(), ['link a->b has toxic slow.upstream']);
      await links.healAll();
      assert.deepEqual(await links.verify(), []);
    });
  });

  it('heals twice, and what never was, without harm', async () => {
    await withLink(api(), async ({ links }) => {
      await links.inject('f', [up], ...drop);
      await links.heal('f');
      await links.heal('f');
      await links.heal('g');
      assert.deepEqual(await links.verify(), []);
    });
  });

  it('tells of a fault that others ended before', async () => {
    await withLink(api(), async ({ links }) => {
      await links.inject('f', [up], ...latency(50, 0));
      const [toxic] = await links.verify();
      const name = toxic?.split(' ').at(-1) ?? '';
      await fetch(`${api()}/proxies/a->b/toxics/${name}`, { method: 'DELETE' });
      await links.heal('f');
      assert.deepEqual(links.oddities?.('f'), ['it was gone before its end on a->b']);
      assert.deepEqual(await links.verify(), []);
    });
  });

  it('tells that a link is gone or changed behind its back', async () => {
    await withLink(api(), async ({ links }) => {
      const proxy = `${api()}/proxies/a->b`;
      const body = JSON.stringify({ type: 'latency', name: 'foreign' });
      await fetch(`${proxy}/toxics`, { method: 'POST', body });
      assert.deepEqual(await links.verify(), ['link a->b has toxic foreign']);
      await fetch(proxy, { method: 'DELETE' });
      assert.deepEqual(await links.verify(), ['link a->b is gone']);
    });
  });
}
