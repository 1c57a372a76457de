/**
 * The embedded proxy beside the real Toxiproxy, round after round in turn, with the same client and
 * server. Needs `go`, which builds all three; without it says so.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toxiproxyBinary } from '../../harness/containers/binaries.ts';

/** What is measured, of one connection or several. */
interface Row {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'bulk' | 'echo' | 'connect';
  readonly connections: number;
  readonly amount: number;
  readonly isLate: boolean;
}

export interface ProxyFigure {
  readonly name: string;
  readonly unit: string;
  /** Medians over the rounds. */
  readonly direct: number;
  readonly theirs: number;
  readonly ours: number;
  /** Median of the rounds' own ratios: above 1, ours is the better. */
  readonly ratio: number;
}

const plain: readonly Omit<Row, 'isLate'>[] = [
  { name: 'bulk, 1 connection', unit: 'MB/s', kind: 'bulk', connections: 1, amount: 600 },
  { name: 'bulk, 4 connections', unit: 'MB/s', kind: 'bulk', connections: 4, amount: 150 },
  { name: 'echo of 64 bytes, p50', unit: 'µs', kind: 'echo', connections: 1, amount: 5_000 },
  { name: 'connections', unit: '/s', kind: 'connect', connections: 4, amount: 2_000 },
];

const rows: readonly Row[] = [
  ...plain.map((row) => ({ ...row, isLate: false })),
  ...plain.map((row) => ({
    ...row,
    name: `${row.name}, latency 10 ms`,
    isLate: true,
    amount: { bulk: row.amount, echo: 50, connect: 400 }[row.kind],
  })),
];

/** Null when there is no `go`, or it cannot build Toxiproxy. `only` is a part of the names of rows. */
export async function benchProxy(rounds: number, only = ''): Promise<ProxyFigure[] | null> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-load-'));
  const started: ChildProcess[] = [];
  try {
    const load = join(folder, 'load');
    const built = await build(load);
    if (built === null) return null;
    const start = (command: string, args: readonly string[]): ChildProcess => {
      // No log: it costs time, and a pipe that nobody empties stops Toxiproxy.
      const env = { ...process.env, LOG_LEVEL: 'error' };
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env });
      started.push(child);
      return child;
    };
    const [direct] = (await once(start(load, ['serve']).stdout as Readable, 'data')) as [Buffer];
    const bin = fileURLToPath(new URL('../../harness/cli/bin.js', import.meta.url));
    const api = (port: number, command: string, args: readonly string[]): Promise<string> => {
      start(command, [...args, '--port', String(port)]);
      return untilAnswers(`http://127.0.0.1:${port}`);
    };
    const port = 20_000 + (process.pid % 5_000) * 2;
    const apis = {
      theirs: await api(port, built, ['-host', '127.0.0.1']),
      ours: await api(port + 1, process.execPath, [bin, 'proxy']),
    };
    return await measureAll({ load, direct: String(direct).trim(), apis, rounds, only });
  } finally {
    for (const child of started) child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilAnswers(url: string): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${url}/version`).catch(() => null);
    if (answer?.ok === true) return url;
    await setTimeout(50);
  }
  throw new Error(`nothing answers at ${url}`);
}

/** Gives the path of Toxiproxy's server. */
async function build(load: string): Promise<string | null> {
  // Compiled code lies elsewhere; scripts of a package run in its root.
  const cwd = join('test', 'bench', 'load');
  try {
    execFileSync('go', ['build', '-o', load, '.'], { cwd, stdio: 'pipe' });
    return await toxiproxyBinary();
  } catch {
    return null;
  }
}

interface Ground {
  readonly load: string;
  readonly direct: string;
  readonly apis: { readonly theirs: string; readonly ours: string };
  readonly rounds: number;
  readonly only: string;
}

async function measureAll({ load, direct, apis, rounds, only }: Ground): Promise<ProxyFigure[]> {
  const address = {
    direct: { plain: direct, late: direct },
    theirs: await proxiesAt(apis.theirs, direct),
    ours: await proxiesAt(apis.ours, direct),
  };
  const measure = (at: keyof typeof address, { kind, connections, amount, isLate }: Row): number =>
    Number(
      execFileSync(
        load,
        [kind, address[at][isLate ? 'late' : 'plain'], String(connections), String(amount)],
        { encoding: 'utf8' },
      ),
    );
  const seen = rows
    .filter((row) => row.name.includes(only))
    .map((row) => ({ row, direct: [], theirs: [], ours: [] }) as Seen);
  // One for nothing: a compiler has to see the code first.
  for (let round = -1; round < rounds; round++) {
    for (const { row, ...of } of seen) {
      const turn = round % 2 === 0 ? (['direct', 'theirs', 'ours'] as const) : backwards;
      for (const at of turn) {
        const figure = measure(at, row);
        if (round >= 0) of[at].push(figure);
      }
    }
  }
  return seen.map(figureOf);
}

const backwards = ['ours', 'theirs', 'direct'] as const;

interface Seen {
  readonly row: Row;
  readonly direct: number[];
  readonly theirs: number[];
  readonly ours: number[];
}

function figureOf({ row, direct, theirs, ours }: Seen): ProxyFigure {
  const isTime = row.kind === 'echo';
  // Of a time, what the proxy adds is compared; of a delay that is asked for, the whole.
  const added = (all: readonly number[], i: number): number =>
    (all[i] ?? 0) - (row.isLate ? 0 : (direct[i] ?? 0));
  const ratios = ours.map((o, i) =>
    isTime ? added(theirs, i) / added(ours, i) : o / (theirs[i] ?? 1),
  );
  return {
    name: row.name,
    unit: row.unit,
    direct: median(direct),
    theirs: median(theirs),
    ours: median(ours),
    ratio: median(ratios),
  };
}

async function proxiesAt(api: string, upstream: string): Promise<{ plain: string; late: string }> {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const answer = await fetch(`${api}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const make = async (name: string): Promise<string> => {
    const made = await post('/proxies', { name, listen: '127.0.0.1:0', upstream });
    return (made as { listen: string }).listen;
  };
  const addresses = { plain: await make('plain'), late: await make('late') };
  await post('/proxies/late/toxics', { type: 'latency', attributes: { latency: 10 } });
  return addresses;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
