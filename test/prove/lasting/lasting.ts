/**
 * A cluster that lasts: many writes to three servers as processes, over HTTP. Measured are memory and
 * disk of the servers, stalls of their event loops, the time of a restart and of catching up, and the
 * writes a second beside those of etcd on the same machine, in turns in one run.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../../harness/core/limits.ts';
import type { Say } from '../demonstrations/demonstration.ts';
import { Etcd } from './etcd.ts';
import { perSecond, sum, write, type Load, type Spent, type Target } from './load.ts';
import { bytesIn, memoryOf, mib, until } from './machine.ts';
import { Servers, type Server } from './servers.ts';

const load: Load = { clients: 24, keys: 50_000, valueBytes: 100 };

/** `writes` may be fewer for a short look: `ANTLION_WRITES=6000 npm run prove -- lasting`. */
export async function lasting(
  say: Say,
  writes = Number(process.env['ANTLION_WRITES'] ?? 1e6),
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'antlion-lasting-'));
  const cluster = await Servers.start(folder);
  try {
    await measureSizes(say, cluster, await write(cluster, load, 0, writes));
    // Before a restart, after which a server compiles its program anew while it runs.
    await compare(say, cluster, folder, Math.min(20_000, writes));
    await measureRestart(say, cluster);
    await measureCatchUp(say, cluster);
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureSizes(say: Say, c: Servers, spent: Spent): Promise<void> {
  const memory = await Promise.all(c.nodes.map((n) => memoryOf(n.pid)));
  const disk = await Promise.all(c.nodes.map((n) => bytesIn(n.folder)));
  // A key, a value and its version as JSON.
  const state = Math.min(spent.writes, load.keys) * (load.valueBytes + 45);
  say(
    true,
    `${spent.writes} writes of ${load.valueBytes} bytes, ${load.clients} clients`,
    figuresOf(spent),
  );
  const most = Math.max(...memory) / mib;
  say(most <= 200, 'memory of a server, at most 200 MiB', `${most.toFixed(0)} MiB`);
  const times = Math.max(...disk) / state;
  const figure = `${(Math.max(...disk) / mib).toFixed(1)} MiB, ${times.toFixed(1)} times the state`;
  // Small states: the log before a snapshot is due, one piece of it, and files that are not full.
  say(
    Math.max(...disk) <= 3 * state + 12 * mib,
    'disk of a server, at most 3 times the state',
    figure,
  );
  const msOf = (pick: (n: Server) => number): number => Math.max(...c.nodes.map(pick)) / 1_000;
  const [own, late] = [msOf((n) => n.ownLateUs), msOf((n) => n.lateUs)];
  say(
    own <= limits.stallUs / 1_000,
    'no event loop stood still for more than 50 ms by its own doing',
    `${own.toFixed(0)} ms; ${late.toFixed(0)} ms with what others kept it from a processor`,
  );
}

async function measureRestart(say: Say, c: Servers): Promise<void> {
  const node = c.nodes[1] as Server;
  await node.end();
  const began = performance.now();
  await node.start();
  await node.ready();
  const ms = performance.now() - began;
  say(ms <= 2_000, 'restart until ready, at most 2 s', `${ms.toFixed(0)} ms`);
}

/** A follower that was away for 50 MB. */
async function measureCatchUp(say: Say, c: Servers): Promise<void> {
  const follower = await c.follower();
  await follower.end();
  const value = 'x'.repeat(100_000);
  const at = c.nodes.findIndex((n) => n !== follower);
  const client = await c.connect(at);
  for (let i = 0; i < 500; i++) while (!(await client.put(`large-${i}`, value)));
  client.close();
  const began = performance.now();
  await follower.start();
  const isThere = await until(60_000, async () => {
    const read = await follower.ask('GET', '/kv/large-499?stale').catch(() => null);
    return read?.status === 200;
  });
  const ms = performance.now() - began;
  say(isThere, 'a follower that was away for 50 MB catches up', `${ms.toFixed(0)} ms`);
}

/** So many times each, so that both meet the same machine. */
const turns = 10;

/** Both clusters run all the time; the one that is not written to is idle. */
async function compare(say: Say, c: Servers, folder: string, count: number): Promise<void> {
  const etcd = await Etcd.start(join(folder, 'etcd'));
  const what = `at least as many writes a second as etcd, ${load.clients} clients`;
  if (etcd === null) return say(false, what, 'etcd is not installed');
  try {
    const ours: Spent[] = [];
    const theirs: Spent[] = [];
    const each = Math.ceil(count / turns);
    // The first turn warms both up.
    for (let turn = 0; turn <= turns; turn++) {
      for (const [of, target] of [
        [ours, c],
        [theirs, etcd],
      ] as const satisfies readonly (readonly [Spent[], Target])[]) {
        const spent = await write(target, load, turn * each, each);
        if (turn > 0) of.push(spent);
      }
    }
    const [a, b] = [sum(ours), sum(theirs)];
    const ratio = b.ms / a.ms;
    say(ratio >= 1, what, `ratio ${ratio.toFixed(2)}: ${figuresOf(a)}; etcd ${figuresOf(b)}`);
  } finally {
    etcd.stop();
  }
}

function figuresOf(s: Spent): string {
  const cpuUs = (us: number): string => (us / s.writes).toFixed(0);
  return `${perSecond(s)} a second, CPU a write: servers ${cpuUs(s.serverCpuUs)} µs, load ${cpuUs(s.clientCpuUs)} µs`;
}
