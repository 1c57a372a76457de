/**
 * The load: so many clients, each with one connection that it keeps, each writing the next value as
 * soon as its last is acknowledged. The same for every cluster that can be written to.
 */
import { cpuUsOf } from './machine.ts';

/** What is written to: servers and a way in. */
export interface Target {
  readonly pids: readonly number[];
  /** A client of the server `at` (modulo their number). */
  connect(at: number): Promise<Client>;
}

export interface Client {
  /** False: refused or unknown, try again. */
  put(key: string, value: string): Promise<boolean>;
  close(): void;
}

export interface Load {
  readonly clients: number;
  /** Distinct keys: the state is what they hold, however many writes there were. */
  readonly keys: number;
  readonly valueBytes: number;
}

/** What a number of writes took. */
export interface Spent {
  readonly writes: number;
  readonly ms: number;
  /** Of all servers together, and of the load itself, µs. */
  readonly serverCpuUs: number;
  readonly clientCpuUs: number;
}

/** Half a minute: an election on a busy machine. */
const triesMax = 300;
const retryMs = 100;

export async function write(
  target: Target,
  load: Load,
  from: number,
  count: number,
): Promise<Spent> {
  const clients = await Promise.all(
    Array.from({ length: load.clients }, (_, i) => target.connect(i)),
  );
  const serversBefore = await cpuOf(target);
  const before = process.cpuUsage();
  const began = performance.now();
  let next = from;
  const run = async (client: Client): Promise<void> => {
    while (next < from + count) await writeOne(client, load, next++);
  };
  await Promise.all(clients.map(run));
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const serverCpuUs = (await cpuOf(target)) - serversBefore;
  for (const c of clients) c.close();
  return { writes: count, ms, serverCpuUs, clientCpuUs: user + system };
}

export function perSecond({ writes, ms }: Pick<Spent, 'writes' | 'ms'>): number {
  return Math.round((writes * 1_000) / ms);
}

export function sum(all: readonly Spent[]): Spent {
  const of = (pick: (s: Spent) => number): number => all.reduce((n, s) => n + pick(s), 0);
  return {
    writes: of((s) => s.writes),
    ms: of((s) => s.ms),
    serverCpuUs: of((s) => s.serverCpuUs),
    clientCpuUs: of((s) => s.clientCpuUs),
  };
}

async function writeOne(client: Client, { keys, valueBytes }: Load, i: number): Promise<void> {
  for (let tries = 0; tries < triesMax; tries++) {
    if (await client.put(`key-${i % keys}`, `${i}`.padStart(valueBytes))) return;
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
  throw new Error(`write ${i} was refused ${triesMax} times`);
}

async function cpuOf({ pids }: Target): Promise<number> {
  const each = await Promise.all(pids.map((pid) => cpuUsOf(pid)));
  return each.reduce((a, b) => a + b, 0);
}
