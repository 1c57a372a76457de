/**
 * A cluster that lasts: many writes to three servers as processes, over HTTP. Measured are memory and
 * disk of the servers, stalls of their event loops, the time of a restart and of catching up, and the
 * writes a second beside those of etcd on the same machine, one after the other in one run.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { limits } from '../../harness/core/limits.ts';
import { launchVariable, type Launch } from '../../harness/host/launch.ts';
import { reference } from '../../reference-impl/system.ts';

type Say = (isOk: boolean, what: string, figure?: string) => void;

const servers = 3;
const clients = 24;
const valueBytes = 100;
/** Distinct keys: the state is what they hold, however many writes there were. */
const keys = 50_000;
const mib = 1_024 * 1_024;

export async function lasting(
  say: Say,
  writes = Number(process.env['ANTLION_WRITES'] ?? 1e6),
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'antlion-lasting-'));
  const cluster = await Cluster.start(folder);
  try {
    const spentMs = await cluster.write(writes, clients);
    const perSecond = Math.round((writes * 1_000) / spentMs);
    await measureSizes(say, cluster, writes, perSecond);
    await measureRestart(say, cluster);
    await measureCatchUp(say, cluster);
    await compare(say, cluster, join(folder, 'etcd'));
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureSizes(
  say: Say,
  c: Cluster,
  writes: number,
  perSecond: number,
): Promise<void> {
  const memory = await Promise.all(c.nodes.map((n) => memoryOf(n)));
  const disk = await Promise.all(c.nodes.map((n) => bytesIn(n.folder)));
  // A key, a value and its version as JSON.
  const state = Math.min(writes, keys) * (valueBytes + 45);
  say(true, `${writes} writes of ${valueBytes} bytes, ${clients} clients`, `${perSecond} a second`);
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
  const late = Math.max(0, ...c.nodes.map((n) => n.lateUs));
  say(
    late <= limits.stallUs,
    'no event loop stood still for more than 50 ms',
    `${(late / 1_000).toFixed(0)} ms`,
  );
}

async function measureRestart(say: Say, c: Cluster): Promise<void> {
  const node = c.nodes[1] as Node;
  await node.kill();
  const began = performance.now();
  await node.start();
  await node.ready();
  const ms = performance.now() - began;
  say(ms <= 2_000, 'restart until ready, at most 2 s', `${ms.toFixed(0)} ms`);
}

/** A follower that was away for 50 MB. */
async function measureCatchUp(say: Say, c: Cluster): Promise<void> {
  const follower = await c.follower();
  await follower.kill();
  const value = 'x'.repeat(100_000);
  for (let i = 0; i < 500; i++) await c.put(`large-${i}`, value, follower);
  const began = performance.now();
  await follower.start();
  const isThere = await until(60_000, async () => {
    const read = await follower.ask('GET', '/kv/large-499?stale').catch(() => null);
    return read?.status === 200;
  });
  say(
    isThere,
    'a follower that was away for 50 MB catches up',
    `${(performance.now() - began).toFixed(0)} ms`,
  );
}

async function compare(say: Say, c: Cluster, folder: string): Promise<void> {
  const count = Math.min(20_000, Number(process.env['ANTLION_WRITES'] ?? 20_000));
  const ours = Math.round((count * 1_000) / (await c.write(count, clients)));
  await c.stop();
  const etcd = await Etcd.start(folder);
  if (etcd === null) return say(true, `${ours} writes a second; etcd is not installed`);
  try {
    const theirs = Math.round(
      (count * 1_000) / (await writeTo(count, clients, (i) => etcd.put(i))),
    );
    say(
      ours >= theirs,
      `at least as many writes a second as etcd, ${clients} clients`,
      `${ours}, etcd ${theirs}`,
    );
  } finally {
    etcd.stop();
  }
}

class Cluster {
  readonly nodes: readonly Node[];

  private constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
  }

  static async start(folder: string): Promise<Cluster> {
    const ports = await freePorts(2 * servers);
    const nodes = Array.from(
      { length: servers },
      (_, id) => new Node(launchOf(id, ports, folder), folder),
    );
    for (const n of nodes) await n.start();
    for (const n of nodes) await n.ready();
    return new Cluster(nodes);
  }

  write(count: number, at: number): Promise<number> {
    return writeTo(count, at, (i) => this.put(`key-${i % keys}`, `${i}`.padStart(valueBytes)));
  }

  /** Clients are spread over the nodes, as users are. */
  async put(key: string, value: string, not?: Node): Promise<void> {
    const nodes = this.nodes.filter((n) => n !== not);
    const node = nodes[hash(key) % nodes.length] as Node;
    for (let tries = 0; tries < 20; tries++) {
      const { status } = await node
        .ask('PUT', `/kv/${key}`, JSON.stringify(value))
        .catch(() => ({ status: 0 }));
      if (status === 200) return;
    }
    throw new Error(`${key} could not be written`);
  }

  async follower(): Promise<Node> {
    for (const n of this.nodes) {
      const { body } = await n.ask('GET', '/health');
      if ((JSON.parse(body) as { role?: string }).role === 'follower') return n;
    }
    throw new Error('all lead');
  }

  async stop(): Promise<void> {
    for (const n of this.nodes) await n.kill();
  }
}

class Node {
  readonly folder: string;
  /** The longest that its event loop stood still. */
  lateUs = 0;
  private readonly launch: Launch;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private child: ChildProcess | null = null;

  constructor(launch: Launch, folder: string) {
    this.launch = launch;
    this.folder = join(folder, `${launch.config.id}`);
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const entry =
      reference.machine?.entry ??
      fileURLToPath(new URL('../../reference-impl/main.js', import.meta.url));
    const child = spawn(process.execPath, ['--max-semi-space-size=4', entry], {
      env: { ...process.env, [launchVariable]: JSON.stringify(this.launch) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child = child;
    child.stdin.on('error', () => undefined);
    let started: (() => void) | null = null;
    const isStarted = new Promise<void>((resolve) => (started = resolve));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"msg":"started"')) started?.();
      const late = /"lateUs":(\d+)/.exec(line)?.[1];
      if (late !== undefined) this.lateUs = Math.max(this.lateUs, Number(late));
    });
    await isStarted;
  }

  async ready(): Promise<void> {
    const isReady = async (): Promise<boolean> =>
      (await this.ask('GET', '/health').catch(() => null))?.status === 200;
    if (!(await until(20_000, isReady))) throw new Error('a server is not ready');
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (child === null) return;
    this.child = null;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  ask(method: string, path: string, body?: string): Promise<Answer> {
    return ask((this.launch.http as { port: number }).port, this.agent, { method, path }, body);
  }
}

function launchOf(id: number, ports: readonly number[], folder: string): Launch {
  const all = Array.from({ length: servers }, (_, n) => n);
  const at = (port: number | undefined): { host: string; port: number } => ({
    host: '127.0.0.1',
    port: port ?? 0,
  });
  return {
    run: 'lasting',
    config: {
      id,
      shape: {
        nodes: all.map((n) => ({ name: `server-${n}`, role: 'server', zone: 'a' })),
        clients: 0,
      },
      settings: { policyDivisor: 1, deadlineUs: 5_000_000, mutant: null, extra: {} },
    },
    dataDir: join(folder, `${id}`),
    listen: at(ports[id]),
    http: at(ports[servers + id]),
    peers: Object.fromEntries(all.filter((n) => n !== id).map((n) => [n, at(ports[n])])),
    originNs: `${process.hrtime.bigint()}`,
    seed: 1,
    endsWithStdin: true,
  };
}

/** Three members of etcd, written to through all of them, as ours are. */
class Etcd {
  private readonly members: readonly { readonly child: ChildProcess; readonly port: number }[];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  private constructor(members: readonly { readonly child: ChildProcess; readonly port: number }[]) {
    this.members = members;
  }

  static async start(folder: string): Promise<Etcd | null> {
    const ports = await freePorts(2 * servers);
    const peer = (n: number): string => `http://127.0.0.1:${ports[n]}`;
    const all = Array.from({ length: servers }, (_, n) => n);
    const members = all.map((n) => {
      const client = `http://127.0.0.1:${ports[servers + n]}`;
      const child = spawn(
        'etcd',
        [
          ['--name', `n${n}`],
          ['--data-dir', `${folder}-${n}`],
          ['--listen-client-urls', client],
          ['--advertise-client-urls', client],
          ['--listen-peer-urls', peer(n)],
          ['--initial-advertise-peer-urls', peer(n)],
          ['--initial-cluster', all.map((m) => `n${m}=${peer(m)}`).join(',')],
          ['--log-level', 'error'],
        ].flat(),
        { stdio: 'ignore' },
      );
      return { child, port: ports[servers + n] as number };
    });
    const spawned = await Promise.all(
      members.map(
        ({ child }) =>
          new Promise<boolean>((resolve) => {
            child.once('error', () => resolve(false));
            child.once('spawn', () => resolve(true));
          }),
      ),
    );
    const etcd = new Etcd(members);
    if (!spawned.every(Boolean)) return null;
    const isUp = await until(20_000, () =>
      etcd.put(0).then(
        () => true,
        () => false,
      ),
    );
    if (!isUp) etcd.stop();
    return isUp ? etcd : null;
  }

  async put(i: number): Promise<void> {
    const [key, value] = [`key-${i % keys}`, `${i}`.padStart(valueBytes)].map((t) =>
      Buffer.from(t).toString('base64'),
    );
    const { port } = this.members[i % servers] as { port: number };
    const body = JSON.stringify({ key, value });
    const { status } = await ask(port, this.agent, { method: 'POST', path: '/v3/kv/put' }, body);
    if (status !== 200) throw new Error(`etcd answers ${status}`);
  }

  stop(): void {
    for (const m of this.members) m.child.kill('SIGKILL');
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function ask(
  port: number,
  agent: Agent,
  options: { readonly method: string; readonly path: string },
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const r = request({ ...options, host: '127.0.0.1', port, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    r.on('error', reject);
    r.end(body);
  });
}

/** `put` for 0…count-1, `at` at a time. Gives the milliseconds it took. */
async function writeTo(
  count: number,
  at: number,
  put: (i: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  const began = performance.now();
  const client = async (): Promise<void> => {
    while (next < count) await put(next++);
  };
  await Promise.all(Array.from({ length: at }, client));
  return performance.now() - began;
}

async function until(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    if (await isSo()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

async function memoryOf({ pid }: Node): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) * 1_024;
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    // One may go meanwhile: it is forgotten.
    bytes += await stat(join(folder, name)).then(
      (s) => s.size,
      () => 0,
    );
  }
  return bytes;
}

async function freePorts(count: number): Promise<number[]> {
  const open = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = open.map((s) => (s.address() as { port: number }).port);
  await Promise.all(open.map((s) => new Promise((resolve) => s.close(resolve))));
  return ports;
}

function hash(text: string): number {
  let h = 0;
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 31) + text.charCodeAt(i)) >>> 0;
  return h;
}
