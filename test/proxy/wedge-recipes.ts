/** What wedges Toxiproxy 2.12.0: its API then answers after 25 s, or not at all. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Bench } from './bench.ts';

/** `call` is `bench.ask` for what must be answered at once; `held` are sockets to be closed at the end. */
export type Recipe = (bench: Bench, call: Bench['ask'], held: Socket[]) => Promise<void>;

export const recipes: Readonly<Record<string, Recipe>> = {
  'a client that does not read, a server that sends, and a new connection': async (
    bench,
    call,
    held,
  ) => {
    const { sink, address, toxic, ask } = bench;
    await toxic('latency', { latency: 1 }, { name: 'l' });
    held.push(await silent(address));
    await sink.until(() => sink.accepted.length > 0);
    for (let i = 0; i < 32; i++) sink.accepted.at(-1)?.write(Buffer.alloc(1024 * 1024));
    await call('PATCH', '/proxies/p/toxics/l', { attributes: { latency: 2 } });
    held.push(await silent(address));
    await call('GET', '/proxies');
    await call('DELETE', '/proxies/p/toxics/l');
    await call('POST', '/reset');
    await ask('PATCH', '/proxies/p', { enabled: true });
  },
  'a bandwidth of nothing, a slicer and a reset that wait, all removed': async (
    bench,
    call,
    held,
  ) => {
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
      await call('DELETE', `/proxies/p/toxics/${name}`);
    }
    await call('GET', '/proxies/p');
  },
  'an upstream that never takes a connection': async (bench, call, held) => {
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
      await call('GET', '/proxies');
      await call('POST', '/proxies/full/toxics', { type: 'latency' });
      await call('PATCH', '/proxies/full', { enabled: false });
      await call('PATCH', '/proxies/full', { enabled: true });
      await call('POST', '/reset');
      await call('DELETE', '/proxies/full');
    } finally {
      full.kill('SIGKILL');
    }
  },
};

/** The slowest answer to one of the recipe's calls, ms. Rejects when a call does. */
export async function slowestMs(recipe: Recipe, bench: Bench): Promise<number> {
  let slowest = 0;
  const held: Socket[] = [];
  const call: Bench['ask'] = async (...args) => {
    const begunMs = performance.now();
    const answer = await bench.ask(...args);
    slowest = Math.max(slowest, performance.now() - begunMs);
    return answer;
  };
  try {
    await recipe(bench, call, held);
  } finally {
    for (const socket of held) socket.destroy();
  }
  return slowest;
}

async function silent(address: string): Promise<Socket> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect(Number(port), host).pause();
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}
