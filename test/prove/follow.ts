/** The judge that stays, fed at a steady rate by clients of registers, of which one reads stale now and then. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Prng } from '../../harness/core/prng.ts';
import type { Say } from './demonstrations/demonstration.ts';

export interface Followed {
  readonly operations: number;
  readonly injected: number;
  /** Of each violation that was told: how long after its line was written, in milliseconds. */
  readonly toldMs: readonly number[];
  readonly memoryMibMax: number;
  readonly behindMsMax: number;
  readonly verdict: string;
}

export interface FollowPlan {
  readonly seconds: number;
  readonly perSecond: number;
  /** Stale reads, evenly over the time. */
  readonly stale: number;
  readonly seed: number;
  readonly said?: (line: string) => void;
}

/** 5,000 operations a second for so long, and ten stale reads. */
export async function proveFollow(say: Say, minutes: number): Promise<void> {
  const said = (line: string): void => void process.stdout.write(`       ${line}\n`);
  const plan = { seconds: minutes * 60, perSecond: 5_000, stale: 10, seed: randomInt(2 ** 31) };
  const f = await followFor({ ...plan, said });
  const told = `${f.toldMs.length} of ${f.injected} stale reads were told`;
  const isAll = f.injected === plan.stale && f.toldMs.length === f.injected;
  say(isAll, told, `${f.operations} operations, seed ${plan.seed}`);
  const slowestMs = Math.max(...f.toldMs);
  say(slowestMs < 1_000, `the slowest ${slowestMs.toFixed(0)} ms after its line was written`);
  say(f.behindMsMax < 1_000, `never more than ${f.behindMsMax.toFixed(0)} ms behind`);
  say(f.memoryMibMax <= 512, `${f.memoryMibMax.toFixed(0)} MiB of memory at most`);
}

/** How often lines are written, in milliseconds. */
const writeMs = 20;

export async function followFor(plan: FollowPlan): Promise<Followed> {
  const folder = mkdtempSync(join(tmpdir(), 'antlion-follow-'));
  const file = join(folder, 'history.jsonl');
  const fd = openSync(file, 'a');
  const args = ['check', file, '--follow', '--model', 'cas-register', '--json', '--idle', '2s'];
  const bin = resolve('dist/harness/cli/bin.js');
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const writtenAt: number[] = [];
  const toldMs: number[] = [];
  const last = { verdict: 'unknown', memoryMib: 0, behindMs: 0, operations: 0 };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const record = JSON.parse(line) as typeof last & { state: string };
    if (record.state === 'violation') {
      toldMs.push(performance.now() - (writtenAt[toldMs.length] ?? 0));
    }
    last.verdict = record.verdict;
    last.operations = record.operations;
    last.memoryMib = Math.max(last.memoryMib, record.memoryMib);
    last.behindMs = Math.max(last.behindMs, record.behindMs);
    plan.said?.(line);
  });
  try {
    await write(fd, plan, writtenAt);
    await ended;
  } finally {
    child.kill();
    closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
  }
  const { verdict, operations, memoryMib: memoryMibMax, behindMs: behindMsMax } = last;
  return { operations, injected: writtenAt.length, toldMs, memoryMibMax, behindMsMax, verdict };
}

async function write(fd: number, plan: FollowPlan, writtenAt: number[]): Promise<void> {
  const clients = new Clients(new Prng(plan.seed));
  const start = performance.now();
  for (;;) {
    const seconds = Math.min(plan.seconds, (performance.now() - start) / 1_000);
    while (clients.operations < seconds * plan.perSecond) clients.step();
    const isDue = (writtenAt.length + 1) / (plan.stale + 1) < seconds / plan.seconds;
    if (isDue && writtenAt.length < plan.stale && clients.readStale()) {
      writtenAt.push(performance.now());
    }
    writeSync(fd, clients.lines.splice(0).join(''));
    if (seconds === plan.seconds) return;
    await sleep(writeMs);
  }
}

interface Client {
  process: number;
  /** Null: it does nothing. */
  op: { f: string; key: number; value: unknown; isDone: boolean; answer: unknown } | null;
}

const [clientCount, keyCount] = [40, 8];

/** Each step of one of them calls, takes effect or returns. */
class Clients {
  operations = 0;
  readonly lines: string[] = [];
  private readonly draw: Prng;
  private readonly store = new Map<number, number | null>();
  /** By key: a value that was overwritten, and the number of the operation then. */
  private readonly old = new Map<number, { readonly value: number; readonly since: number }>();
  private next = 1;
  private readonly clients: Client[] = Array.from({ length: clientCount }, (_, process) => ({
    process,
    op: null,
  }));

  constructor(draw: Prng) {
    this.draw = draw;
  }

  step(): void {
    const client = this.draw.pick(this.clients);
    if (client.op === null) this.call(client);
    else if (!client.op.isDone) this.apply(client.op);
    else this.end(client, client.op);
  }

  /** Of what was overwritten long ago; false: nobody is free, or nothing is so old. */
  readStale(): boolean {
    const client = this.clients.find((c) => c.op === null);
    // Who wrote or read at the time has long returned.
    const isLongAgo = (since: number): boolean => this.operations - since > 50 * clientCount;
    const found = [...this.old].find(([, { since }]) => isLongAgo(since));
    if (client === undefined || found === undefined) return false;
    const [key, { value }] = found;
    this.tell(client.process, 'invoke', 'read', key, null);
    this.tell(client.process, 'ok', 'read', key, value);
    this.old.clear();
    return true;
  }

  private call(client: Client): void {
    const key = this.draw.below(keyCount);
    const f = this.draw.pick(['read', 'read', 'write', 'cas']);
    const now = this.store.get(key) ?? null;
    const value = f === 'read' ? null : f === 'write' ? this.next++ : [now, this.next++];
    client.op = { f, key, value, isDone: false, answer: value };
    this.operations += 1;
    this.tell(client.process, 'invoke', f, key, value);
  }

  private apply(op: NonNullable<Client['op']>): void {
    op.isDone = true;
    const now = this.store.get(op.key) ?? null;
    if (op.f === 'read') op.answer = now;
    else if (op.f === 'write') this.put(op.key, now, op.value as number);
    else {
      const [from, to] = op.value as [number | null, number];
      if (from === now) this.put(op.key, now, to);
      else op.answer = undefined;
    }
  }

  private put(key: number, now: number | null, to: number): void {
    if (now !== null && !this.old.has(key)) {
      this.old.set(key, { value: now, since: this.operations });
    }
    this.store.set(key, to);
  }

  private end(client: Client, { f, key, value, answer }: NonNullable<Client['op']>): void {
    client.op = null;
    if (this.draw.chance(1)) {
      this.tell(client.process, 'info', f, key, value);
      client.process += clientCount;
    } else if (answer === undefined) this.tell(client.process, 'fail', f, key, value);
    else this.tell(client.process, 'ok', f, key, answer);
  }

  private tell(process: number, type: string, f: string, key: number, value: unknown): void {
    this.lines.push(`${JSON.stringify({ process, type, f, key: `k${key}`, value })}\n`);
  }
}
