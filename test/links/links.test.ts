import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { LinkDirection } from '../../harness/links/links.ts';
import { openLinks } from '../../harness/links/toxiproxy-links.ts';
import { type ProxyServer, startProxy } from '../../harness/proxy/server.ts';
import { drop, latency } from './effects.ts';
import { linksConformance } from './links-conformance.ts';
import { dial, openSink } from './sockets.ts';

const up: LinkDirection = { link: 'a->b', stream: 'upstream' };
const down: LinkDirection = { link: 'a->b', stream: 'downstream' };

describe('links over the embedded proxy', () => {
  let server: ProxyServer;
  before(async () => {
    server = await startProxy({ seed: 1 });
  });
  after(() => server[Symbol.asyncDispose]());

  linksConformance(() => server.url);

  it('tells whether a fault took effect', async () => {
    await using sink = await openSink();
    await using links = await openLinks({ api: server.url });
    const made = await links.create([{ name: 'a->b', upstream: sink.address }]);
    const client = await dial(made.get('a->b') ?? '');
    await links.inject('f', [up], ...drop);
    assert.equal(await links.effect('f'), 'no');
    client.socket.write('12345');
    while ((await links.effect('f')) === 'no');
    assert.equal(await links.effect('f'), 'yes');
    assert.equal((await links.counters())?.get('a->b')?.upstream.droppedBytes, 5);
    await links.heal('f');
    assert.equal(await links.effect('f'), 'yes');
    await links.inject('g', [up], ...drop);
    assert.equal(await links.effect('g'), 'no');
  });

  it('heals although a client does not read what a server blasts', async () => {
    await using sink = await openSink();
    await using links = await openLinks({ api: server.url });
    const made = await links.create([{ name: 'a->b', upstream: sink.address }]);
    await links.inject('f', [down], ...latency(1_000, 0));
    const client = await dial(made.get('a->b') ?? '');
    client.socket.pause();
    await sink.until(() => sink.accepted.length === 1);
    for (let i = 0; i < 400; i++) sink.accepted[0]?.write(Buffer.alloc(65_536));
    await links.heal('f');
    assert.deepEqual(await links.verify(), []);
    client.socket.destroy();
  });
});

describe('links over a server that answers badly', () => {
  it('E_ENDPOINT: nobody there, in one sentence with the next step', async () => {
    const api = `http://127.0.0.1:${await freePort()}`;
    await assert.rejects(openLinks({ api }), {
      code: 'E_ENDPOINT',
      message: /no Toxiproxy answers at http:\S+: .*ECONNREFUSED.*Start one there/,
    });
  });

  it('a link whose toxic cannot be removed is made anew', async () => {
    await using embedded = await startProxy();
    await using wedged = await wedge(embedded.url, /^DELETE .*\/toxics\//);
    await using sink = await openSink();
    await using links = await openLinks({ api: wedged.url, timeoutUs: 300_000 });
    const made = await links.create([{ name: 'a->b', upstream: sink.address }]);
    await links.inject('f', [up], ...drop);
    await links.inject('g', [up], ...latency(1_000, 0));
    await links.heal('f');
    assert.deepEqual(await links.verify(), ['link a->b has toxic g.upstream']);
    const client = await dial(made.get('a->b') ?? '');
    client.socket.write('hello');
    await sink.until(() => sink.text() === 'hello');
  });

  it('what cannot be healed is told, and does not hold up the rest', async () => {
    await using embedded = await startProxy();
    await using wedged = await wedge(embedded.url, /^DELETE .*a->b/);
    await using sink = await openSink();
    const links = await openLinks({ api: wedged.url, timeoutUs: 300_000 });
    await links.create([
      { name: 'a->b', upstream: sink.address },
      { name: 'b->a', upstream: sink.address },
    ]);
    const both: LinkDirection[] = [up, { link: 'b->a', stream: 'upstream' }];
    await links.inject('f', both, ...drop);
    await links.heal('f');
    assert.deepEqual(await links.verify(), ['link a->b has toxic f.upstream']);
    wedged.release();
    await links.heal('f');
    assert.deepEqual(await links.verify(), []);
  });

  it('E_PORT_IN_USE: the port is taken, and nothing is left of the other links', async () => {
    await using embedded = await startProxy();
    await using sink = await openSink();
    await using links = await openLinks({ api: embedded.url });
    const specs = [
      { name: 'a->b', upstream: sink.address },
      { name: 'b->a', upstream: sink.address, listen: sink.address },
    ];
    await assert.rejects(links.create(specs), { code: 'E_PORT_IN_USE' });
    const left = await fetch(`${embedded.url}/proxies`);
    assert.equal(await left.text(), '{}');
  });
});

interface Wedged extends AsyncDisposable {
  readonly url: string;
  readonly release: () => void;
}

/**
 * A server in front of `api` that never answers what matches, until it is released, and has no
 * extensions.
 */
async function wedge(api: string, matches: RegExp): Promise<Wedged> {
  let isStuck = true;
  const server = createServer((request, response) => {
    const line = decodeURIComponent(`${request.method} ${request.url}`);
    if (isStuck && matches.test(line)) return;
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const path = line.endsWith('/links') ? '/nothing' : (request.url ?? '');
      const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
      const answer = await fetch(`${api}${path}`, { method: request.method ?? 'GET', ...body });
      response.writeHead(answer.status).end(await answer.text());
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release() {
      isStuck = false;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('links over a real Toxiproxy server', () => {
  let url = '';
  let server: ChildProcess | null = null;

  before(async function () {
    const binary = findToxiproxy();
    if (binary === null) {
      console.log('      skipped: no toxiproxy-server on the PATH, and none built for containers');
      this.skip();
    }
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const args = ['-host', '127.0.0.1', '-port', String(port), '-proxy-metrics'];
    server = spawn(binary, args, { stdio: 'ignore' });
    await once(server, 'spawn');
    while (!(await answers(`${url}/version`)));
  });
  after(async () => {
    if (server === null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  });

  linksConformance(() => url);

  it('knows after heal whether something was dropped', async () => {
    await using sink = await openSink();
    await using links = await openLinks({ api: url });
    const made = await links.create([{ name: 'a->b', upstream: sink.address }]);
    const client = await dial(made.get('a->b') ?? '');
    await links.inject('f', [up], ...drop);
    client.socket.write('12345');
    assert.equal(await links.effect('f'), 'unknown');
    await links.heal('f');
    while ((await links.effect('f')) !== 'yes');
  });

  it('heals a link on which its API hangs: a client does not read what a server blasts', async () => {
    await using sink = await openSink();
    await using links = await openLinks({ api: url, timeoutUs: 500_000 });
    const made = await links.create([{ name: 'a->b', upstream: sink.address }]);
    await links.inject('f', [down], ...latency(1_000, 0));
    const stuck = await dial(made.get('a->b') ?? '');
    stuck.socket.pause();
    await sink.until(() => sink.accepted.length === 1);
    const server = sink.accepted[0];
    while (server?.write(Buffer.alloc(65_536)) === true || (server?.writableLength ?? 0) < 2 ** 26);
    // What the kernel and the proxy take is taken once the server's socket does not drain any more.
    let before = Infinity;
    for (let same = 0; same < 20; same++) {
      await links.verify();
      if (server?.writableLength !== before) same = 0;
      before = server?.writableLength ?? 0;
    }
    await links.heal('f');
    assert.deepEqual(await links.verify(), []);
    const client = await dial(made.get('a->b') ?? '');
    client.socket.write('hello');
    await sink.until(() => sink.text() === 'hello');
    stuck.socket.destroy();
  });
});

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function findToxiproxy(): string | null {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const built = join(cache, 'antlion', `toxiproxy-2.12.0-${process.arch}`);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), built];
  return folders.map((f) => join(f, 'toxiproxy-server')).find((f) => existsSync(f)) ?? null;
}
