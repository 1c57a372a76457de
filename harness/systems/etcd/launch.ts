/** A local etcd cluster of our own: started, killed and restarted by the harness, on loopback only. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { post } from './gateway.ts';

const startUpMs = 20_000;
const host = '127.0.0.1';

export class LocalEtcd implements AsyncDisposable {
  readonly endpoints: readonly Endpoint[];
  private readonly folder: string;
  private readonly peers: readonly number[];
  private readonly binary: string;
  private readonly running = new Map<number, ChildProcess>();

  private constructor(binary: string, folder: string, clients: number[], peers: number[]) {
    this.binary = binary;
    this.folder = folder;
    this.peers = peers;
    this.endpoints = clients.map((port, i) => ({ name: `n${i}`, url: `http://${host}:${port}` }));
  }

  /** Starts `members` members; throws E_NO_PROGRAM without etcd, E_NOT_READY when they do not come up. */
  static async start(members = 3, binary = 'etcd'): Promise<LocalEtcd> {
    const folder = await mkdtemp(join(tmpdir(), 'antlion-etcd-'));
    const ports = await freePorts(members * 2);
    const cluster = new LocalEtcd(binary, folder, ports.slice(0, members), ports.slice(members));
    try {
      await Promise.all(cluster.endpoints.map((_, i) => cluster.restart(i)));
      await Promise.all(cluster.endpoints.map((e) => healthy(e.url)));
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  pid(member: number): number | undefined {
    return this.running.get(member)?.pid;
  }

  /** SIGKILL. */
  async crash(member: number): Promise<void> {
    const child = this.running.get(member);
    if (child === undefined) return;
    this.running.delete(member);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Starts a member from its data folder. */
  async restart(member: number): Promise<void> {
    if (this.running.has(member)) return;
    const child = spawn(this.binary, this.flags(member), { stdio: ['ignore', 'ignore', 'ignore'] });
    const failed = once(child, 'error').then(([error]) => {
      throw new HarnessError(
        'E_NO_PROGRAM',
        `${this.binary} cannot be started (${(error as NodeJS.ErrnoException).code}), wanted etcd 3.4 or later. Install it: apt-get install etcd-server.`,
      );
    });
    await Promise.race([once(child, 'spawn'), failed]);
    failed.catch(() => undefined);
    this.running.set(member, child);
  }

  pause(member: number): void {
    this.running.get(member)?.kill('SIGSTOP');
  }

  resume(member: number): void {
    this.running.get(member)?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.running.keys()].map((member) => this.crash(member)));
    await rm(this.folder, { recursive: true, force: true });
  }

  private flags(member: number): string[] {
    const peer = (i: number): string => `http://${host}:${this.peers[i]}`;
    const client = this.endpoints[member]?.url ?? '';
    const cluster = this.endpoints.map((e, i) => `${e.name}=${peer(i)}`).join(',');
    return [
      ['--name', `n${member}`],
      ['--data-dir', join(this.folder, `n${member}`)],
      ['--listen-client-urls', client],
      ['--advertise-client-urls', client],
      ['--listen-peer-urls', peer(member)],
      ['--initial-advertise-peer-urls', peer(member)],
      ['--initial-cluster', cluster],
      ['--initial-cluster-state', 'new'],
      ['--logger', 'zap'],
      ['--log-level', 'error'],
    ].flat();
  }
}

async function healthy(url: string): Promise<void> {
  const end = performance.now() + startUpMs;
  for (;;) {
    try {
      await post(url, '/v3/kv/range', { key: 'AA==' }, AbortSignal.timeout(1_000));
      return;
    } catch (cause) {
      if (performance.now() > end) {
        throw new HarnessError(
          'E_NOT_READY',
          `etcd at ${url} did not answer within ${startUpMs / 1000} s. Look at its log.`,
          { cause },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, host);
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((s) => (s.address() as AddressInfo).port);
  await Promise.all(servers.map((s) => once(s.close(), 'close')));
  return ports;
}
