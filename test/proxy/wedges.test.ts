/**
 * What wedges Toxiproxy 2.12.0, whose API then answers after 25 s or not at all, leaves this one answering
 * within 100 ms. Of three rounds the best counts: a machine may be busy, a wedge lasts.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Bench, withProxy } from './bench.ts';

const answersWithinMs = 100;

type Recipe = (bench: Bench, held: Socket[]) => Promise<void>;

const recipes: Readonly<Record<string, Recipe>> = {
  'a client that does not read, a server that sends, and a new connection': async (bench, held) => {
    const { sink, address, toxic, ask } = bench;
    await toxic('latency', { latency: 1 }, { name: 'l' });
    held.push(await silent(address));
    await sink.until(() => sink.accepted.length > 0);
    for (let i = 0; i < 32; i++) sink.accepted.at(-1)?.write(Buffer.alloc(1024 * 1024));
    await timed(bench, 'PATCH', '/proxies/p/toxics/l', { attributes: { latency: 2 } });
    held.push(await silent(address));
    await timed(bench, 'GET', '/proxies');
    await timed(bench, 'DELETE', '/proxies/p/toxics/l');
    await timed(bench, 'POST', '/reset');
    await ask('PATCH', '/proxies/p', { enabled: true });
  },
  'a bandwidth of nothing, a slicer and a reset that wait, all removed': async (bench, held) => {
    const { sink, address, toxic } = bench;
    await toxic('bandwidth', { rate: 0 }, { name: 'b' });
    await toxic('slicer', { average_size: 1, delay: 1_000_000 }, { name: 's' });
    await toxic('reset_peer', { timeout: 60_000 }, { name: 'r', stream: 'upstream' });
    const client = await silent(address);
    held.push(client);
    client.write('x');
    await sink.until(() => sink.accepted.length > 0);
    sink.accepted.at(-1)?.write(Buffer.alloc(64 * 1024));
    for (const name of ['r', 's', 'b']) {
      await timed(bench, 'DELETE', `/proxies/p/toxics/${name}`);
    }
    await timed(bench, 'GET', '/proxies/p');
  },
  'an upstream that never takes a connection': async (bench, held) => {
    const { ask } = bench;
    // A process that is stopped: the kernel fills its queue of two, and drops what comes after.
    const code = `require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){console.log(this.address().port)})`;
    const full = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [port] = (await once(full.stdout, 'data')) as [Buffer];
      full.kill('SIGSTOP');
      const upstream = `127.0.0.1:${Number(String(port))}`;
      const spec = { name: 'full', listen: '127.0.0.1:0', upstream };
      const { listen } = JSON.parse(await ask('POST', '/proxies', spec)) as { listen: string };
      for (let i = 0; i < 5; i++) held.push(await silent(listen));
      await timed(bench, 'GET', '/proxies');
      await timed(bench, 'POST', '/proxies/full/toxics', { type: 'latency' });
      await timed(bench, 'PATCH', '/proxies/full', { enabled: false });
      await timed(bench, 'PATCH', '/proxies/full', { enabled: true });
      await timed(bench, 'POST', '/reset');
      await timed(bench, 'DELETE', '/proxies/full');
    } finally {
      full.kill('SIGKILL');
    }
  },
};

/** The slowest answer since it was asked last. */
let slowestMs = 0;

async function timed({ ask }: Bench, method: string, path: string, body?: unknown): Promise<void> {
  const begunMs = performance.now();
  await ask(method, path, body);
  slowestMs = Math.max(slowestMs, performance.now() - begunMs);
}

async function silent(address: string): Promise<Socket> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host).pause();
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

describe('the API answers in spite of', () => {
  for (const [name, recipe] of Object.entries(recipes)) {
    it(name, async () => {
      const rounds: number[] = [];
      while (rounds.length < 3 && !rounds.some((ms) => ms < answersWithinMs)) {
        slowestMs = 0;
        const held: Socket[] = [];
        await withProxy((bench) => recipe(bench, held));
        for (const socket of held) socket.destroy();
        rounds.push(slowestMs);
      }
      assert.ok(Math.min(...rounds) < answersWithinMs, `slowest of each round, ms: ${rounds}`);
    });
  }
});
