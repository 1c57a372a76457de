/**
 * A local etcd cluster of our own: started, killed and restarted by the harness, on loopback only.
 * Members and their data are in an undo journal: they go even when the harness is killed.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeRunFolder, openCleanup } from '../../cleanup/session.ts';
import type { CleanupSession } from '../../cleanup/session.ts';
import { folderVariable, identify } from '../../cleanup/process-id.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { post } from './gateway.ts';

const startUpMs = 20_000;
const host = '127.0.0.1';

/**
 * How often a quiet watch is told how far it has come; ten minutes otherwise. The name changed in 3.6,
 * and a member only warns of one that it does not know.
 */
const progressNotify = {
  ETCD_WATCH_PROGRESS_NOTIFY_INTERVAL: '200ms',
  ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL: '200ms',
};

export interface LocalEtcdOptions {
  /** 3. */
  readonly members?: number;
  /** `etcd`. */
  readonly binary?: string;
  /** Gives up the start; the cluster is taken down and the signal's reason thrown. */
  readonly signal?: AbortSignal;
}

/** A member that runs, and its entry in the journal; null: it had ended before it was noted. */
interface Member {
  readonly child: ChildProcess;
  readonly entry: number | null;
}

export class LocalEtcd implements AsyncDisposable {
  readonly endpoints: readonly Endpoint[];
  private readonly folder: string;
  private readonly peers: readonly number[];
  private readonly binary: string;
  private readonly guard: CleanupSession;
  private readonly folderEntry: number;
  private readonly running = new Map<number, Member>();

  private constructor(binary: string, guard: CleanupSession, ports: readonly number[]) {
    const members = ports.length / 2;
    const clients = ports.slice(0, members);
    this.binary = binary;
    this.guard = guard;
    const folder = makeRunFolder(guard.journal, 'etcd');
    this.folder = folder.path;
    this.folderEntry = folder.entry;
    this.peers = ports.slice(members);
    this.endpoints = clients.map((port, i) => ({ name: `n${i}`, url: `http://${host}:${port}` }));
  }

  /** Throws E_NO_PROGRAM without etcd, E_NOT_READY when the members do not come up. */
  static async start(options: LocalEtcdOptions = {}): Promise<LocalEtcd> {
    const { members = 3, binary = 'etcd', signal } = options;
    const ports = await freePorts(members * 2);
    const guard = await openCleanup();
    const cluster = new LocalEtcd(binary, guard, ports);
    try {
      await Promise.all(cluster.endpoints.map((_, i) => cluster.restart(i)));
      await Promise.all(cluster.endpoints.map((e) => healthy(e.url, signal)));
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  pid(member: number): number | undefined {
    return this.running.get(member)?.child.pid;
  }

  /** SIGKILL. */
  async crash(member: number): Promise<void> {
    const running = this.running.get(member);
    if (running === undefined) return;
    this.running.delete(member);
    const { child, entry } = running;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    if (entry !== null) this.guard.journal.done(entry);
  }

  /** Starts a member from its data folder. */
  async restart(member: number): Promise<void> {
    if (this.running.has(member)) return;
    const child = spawn(this.binary, this.flags(member), {
      stdio: 'ignore',
      env: { ...process.env, ...progressNotify, [folderVariable]: this.folder },
    });
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw new HarnessError(
        'E_NO_PROGRAM',
        `${this.binary} cannot be started (${(cause as NodeJS.ErrnoException).code}), wanted etcd 3.4 or later. Install it: apt-get install etcd-server.`,
        { cause },
      );
    }
    const id = identify(child.pid as number);
    const entry = id && this.guard.journal.begin({ kind: 'kill', process: id });
    this.running.set(member, { child, entry });
  }

  pause(member: number): void {
    this.running.get(member)?.child.kill('SIGSTOP');
  }

  resume(member: number): void {
    this.running.get(member)?.child.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.running.keys()].map((member) => this.crash(member)));
    await rm(this.folder, { recursive: true, force: true });
    this.guard.journal.done(this.folderEntry);
    await this.guard[Symbol.asyncDispose]();
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

async function healthy(url: string, signal: AbortSignal | undefined): Promise<void> {
  const end = performance.now() + startUpMs;
  for (;;) {
    signal?.throwIfAborted();
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
