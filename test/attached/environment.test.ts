/**
 * The conformance suite for attached systems: three processes that antlion did not write a component
 * for, reached by their own protocol. Faults between and inside members are not ours to make.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after } from 'mocha';
import { attached } from '../../harness/attached/environment.ts';
import type { Environment, Run } from '../../harness/core/environment.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Endpoint, Outcome, Session, System } from '../../harness/core/system.ts';
import { claims } from '../conformance/claims.ts';
import { environmentConformance } from '../conformance/environment.ts';

const program = fileURLToPath(new URL('echo-server.mjs', import.meta.url));

/** Members as child processes, killed, restarted on the same port and file, stopped. */
class Members {
  readonly endpoints: Endpoint[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'antlion-attached-'));
  private readonly children: ChildProcess[] = [];

  async start(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.endpoints.push({ name: `m${i}`, url: `http://127.0.0.1:${await freePort()}` });
      await this.launch(i);
    }
  }

  async launch(i: number): Promise<boolean> {
    const port = new URL(this.endpoints[i]?.url ?? '').port;
    const child = spawn(process.execPath, [program, port, join(this.folder, `${i}`)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.children[i] = child;
    await once(child.stdout, 'data');
    return true;
  }

  signal(i: number, signal: NodeJS.Signals): Promise<void> {
    this.children[i]?.kill(signal);
    return Promise.resolve();
  }

  async kill(i: number): Promise<void> {
    const child = this.children[i];
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((_, i) => this.kill(i)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks the member that the key names; an answer that does not come is left to the deadline. */
class EchoSession implements Session {
  private readonly endpoints: readonly Endpoint[];
  private readonly abort = new AbortController();

  constructor(endpoints: readonly Endpoint[]) {
    this.endpoints = endpoints;
  }

  start(op: Parameters<Session['start']>[0], done: (outcome: Outcome) => void): void {
    void this.ask(op, Number(op.key)).then(done, () => undefined);
  }

  close(): void {
    this.abort.abort();
  }

  private async ask(op: { f: string; value: Json }, node: number): Promise<Outcome> {
    const response = await fetch(this.endpoints[node]?.url ?? '', {
      method: 'POST',
      body: JSON.stringify(op),
      signal: this.abort.signal,
    });
    const value = (await response.json()) as Json;
    return response.ok ? { type: 'ok', value, node } : { type: 'fail', error: 'refused', node };
  }
}

const system: System = {
  name: 'foreign-echo',
  operations: new Set(['write', 'read', 'note', 'recall', 'ignore', 'refuse']),
  promises: [],
  mutants: {},
  adapter: {
    connect: (endpoints) => new EchoSession(endpoints),
    ready: () => Promise.resolve(),
  },
};

const members = new Members();

async function open(): Promise<Environment<Promise<Run>>> {
  await members.start(3);
  return attached({
    endpoints: members.endpoints,
    access: {
      members: new Set([0, 1, 2]),
      reserve: () => () => undefined,
      leftBehind: () => [],
      crash: (node) => members.kill(node),
      restart: (node) => members.launch(node),
      pause: (node) => members.signal(node, 'SIGSTOP'),
      resume: (node) => members.signal(node, 'SIGCONT'),
    },
  });
}

/** What needs access between or inside the members of somebody else's system. */
const notOurs = claims
  .filter(([, { scenario }]) => ['links', 'noise', 'clocks and disks'].includes(scenario))
  .map(([test]) => ({
    test,
    reason: 'nothing between or inside foreign members is ours to disturb',
  }));

environmentConformance({ name: 'attached', open, system, skip: notOurs });
after(() => members.stop());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
