/** Runs as spans, in a real Jaeger, whose receiver of OTLP is that of the OpenTelemetry collector. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Demonstration, Say } from './demonstration.ts';

const module = 'github.com/jaegertracing/jaeger';
const version = 'v1.76.0';

export const otlp: Demonstration = {
  says: 'runs as spans, taken and given back by a real Jaeger (made of its Go module, some minutes, once)',
  isLong: true,
  run: ({ say }) => prove(say),
};

async function prove(say: Say): Promise<void> {
  const program = jaeger();
  const folder = mkdtempSync(join(tmpdir(), 'antlion-jaeger-'));
  const [takes, asks, ...rest] = await Promise.all(Array.from({ length: 8 }, freePort));
  const at = (port: number | undefined): string => `127.0.0.1:${port}`;
  const names = [
    'collector.otlp.grpc.host-port',
    'query.grpc-server.host-port',
    'collector.grpc-server.host-port',
    'collector.http-server.host-port',
    'admin.http.host-port',
  ];
  const child = spawn(
    program,
    [
      `--collector.otlp.http.host-port=${at(takes)}`,
      `--query.http-server.host-port=${at(asks)}`,
      ...names.map((name, i) => `--${name}=${at(rest[i])}`),
    ],
    { stdio: 'ignore', cwd: folder, env: { ...process.env, SPAN_STORAGE_TYPE: 'memory' } },
  );
  try {
    await until(async () => (await fetch(`http://${at(asks)}/api/services`)).ok);
    for (const words of [
      ['key-value', '--seed', '3'],
      ['minority-partition', '--mutant', 'stale-read', '--runs', '20'],
    ]) {
      await one(say, words, `http://${at(takes)}`, `http://${at(asks)}`);
    }
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** To a file and to the collector: what is in the one must be in the other. */
async function one(say: Say, words: string[], takes: string, asks: string): Promise<void> {
  const args = [resolve('dist/harness/cli/bin.js'), 'run', ...words, '--json', '--otlp', takes];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const runs = stdout
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { type: string; verdict: string; operations: { invoked: number } },
    )
    .filter((r) => r.type === 'run');
  const last = runs.at(-1);
  const scenario = words[0] ?? '';
  const isBroken = last?.verdict === 'violated';
  const tags = encodeURIComponent(
    JSON.stringify({ 'antlion.scenario': scenario, 'antlion.verdict': last?.verdict }),
  );
  const traces = await until(async () => {
    const url = `${asks}/api/traces?service=antlion&limit=100&lookback=1h&tags=${tags}`;
    const { data } = (await (await fetch(url)).json()) as { data: Trace[] };
    return data.length > 0 ? data : null;
  });
  const trace = traces[0] as Trace;
  const operations = trace.spans.filter((s) => s.tags.some((t) => t.key === 'history.f')).length;
  const services = new Set(Object.values(trace.processes).map((p) => p.serviceName));
  say(
    isBroken || operations === last?.operations.invoked,
    `Jaeger has ${scenario} as one trace of ${trace.spans.length} spans`,
    `${operations} operations, services ${[...services].sort().join(', ')}`,
  );
  if (!isBroken) return;
  const told = trace.spans.flatMap((s) => (s.logs ?? []).flatMap((l) => l.fields));
  const event = told.find((f) => / is violated$/.test(f.value));
  say(event !== undefined, `and says ${event?.value ?? 'nothing of what is violated'}`);
}

interface Trace {
  readonly spans: readonly {
    readonly tags: readonly { readonly key: string }[];
    readonly logs?: readonly { readonly fields: readonly { readonly value: string }[] }[];
  }[];
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>;
}

/** The program, made where it is not there: `go install` refuses a module that replaces others. */
function jaeger(): string {
  const cache = join(
    process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    'antlion',
    'jaeger',
  );
  const program = join(cache, `all-in-one-${version}`);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'antlion-jaeger-'));
  const go = (...args: string[]): string => {
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod' };
    const made = spawnSync('go', args, { cwd: folder, env, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`go ${args.join(' ')}: ${made.stderr ?? made.error}`);
    return made.stdout.trim();
  };
  try {
    go('mod', 'init', 'antlion.invalid/jaeger');
    go('mod', 'download', `${module}@${version}`);
    // Its own sums: some of what it needs is in no checksum database.
    const sums = join(go('env', 'GOMODCACHE'), `${module}@${version}`, 'go.sum');
    copyFileSync(sums, join(folder, 'go.sum'));
    chmodSync(join(folder, 'go.sum'), 0o644);
    go('get', `${module}/cmd/all-in-one@${version}`);
    go('build', '-trimpath', '-ldflags', '-s -w', '-o', 'jaeger', `${module}/cmd/all-in-one`);
    // The cache may be another file system.
    copyFileSync(join(folder, 'jaeger'), program);
    return program;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function until<T>(look: () => Promise<T | null | false>): Promise<T> {
  for (let i = 0; i < 150; i++) {
    const found = await look().catch(() => null);
    if (found !== null && found !== false) return found;
    await sleep(200);
  }
  throw new Error('Jaeger gave no answer within 30 s');
}
