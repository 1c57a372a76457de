/**
 * Three servers of the reference cluster as processes, spoken to over HTTP. The program of a node is
 * one file, as it is in containers: to load its modules one by one takes half a second of a processor.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchVariable, type Launch } from '../../../harness/host/launch.ts';
import { freePorts } from '../../../harness/host/ports.ts';
import { bundle } from '../../../harness/realtime/bundle.ts';
import { nodeFlags } from '../../../harness/realtime/node-flags.ts';
import { reference } from '../../../reference-impl/system.ts';
import type { Client, Target } from './load.ts';
import { until } from './machine.ts';

export const servers = 3;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export class Servers implements Target {
  readonly nodes: readonly Server[];

  private constructor(nodes: readonly Server[]) {
    this.nodes = nodes;
  }

  static async start(folder: string, nodeOptions: readonly string[] = []): Promise<Servers> {
    const ports = await freePorts('127.0.0.1', 2 * servers);
    const program = join(folder, 'node.mjs');
    await writeFile(program, await bundle(entryOf()));
    const nodes = Array.from(
      { length: servers },
      (_, id) => new Server(launchOf(id, ports, folder), [...nodeOptions, program]),
    );
    for (const n of nodes) await n.start();
    for (const n of nodes) await n.ready();
    return new Servers(nodes);
  }

  get pids(): readonly number[] {
    return this.nodes.map((n) => n.pid);
  }

  connect(at: number): Promise<Client> {
    return Promise.resolve(new HttpClient(this.nodes[at % servers] as Server));
  }

  async follower(): Promise<Server> {
    for (const n of this.nodes) {
      const { body } = await n.ask('GET', '/health');
      if ((JSON.parse(body) as { role?: string }).role === 'follower') return n;
    }
    throw new Error('all lead');
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await Promise.all(this.nodes.map((n) => n.end(signal)));
  }
}

export class Server {
  readonly folder: string;
  /** The longest that its event loop stood still, and without what others kept it waiting, µs. */
  lateUs = 0;
  ownLateUs = 0;
  private readonly launch: Launch;
  /** Of `node`: options, then the program. */
  private readonly words: readonly string[];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private child: ChildProcess | null = null;

  constructor(launch: Launch, words: readonly string[]) {
    this.launch = launch;
    this.words = words;
    this.folder = launch.dataDir;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get port(): number {
    return (this.launch.http as { port: number }).port;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [...nodeFlags, ...this.words], {
      env: { ...process.env, [launchVariable]: JSON.stringify(this.launch) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child = child;
    child.stdin.on('error', () => undefined);
    let started: (() => void) | null = null;
    const isStarted = new Promise<void>((resolve, reject) => {
      started = resolve;
      child.once('exit', (code) =>
        reject(new Error(`a server ended with ${code} before it started`)),
      );
    });
    // Not line by line: to read all that servers say costs as much as to write to them.
    let rest = '';
    child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
      const text = rest + chunk;
      rest = chunk.slice(-100);
      if (started !== null && text.includes('"msg":"started"')) started();
      for (const [, late, waited] of text.matchAll(/"lateUs":(\d+),"waitedUs":(\d+)/g)) {
        this.lateUs = Math.max(this.lateUs, Number(late));
        this.ownLateUs = Math.max(this.ownLateUs, Number(late) - Number(waited));
      }
    });
    await isStarted;
  }

  async ready(): Promise<void> {
    const isReady = async (): Promise<boolean> =>
      (await this.ask('GET', '/health').catch(() => null))?.status === 200;
    if (!(await until(20_000, isReady))) throw new Error('a server is not ready');
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === null) return;
    this.child = null;
    const gone = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await gone;
  }

  ask(method: string, path: string, body?: string): Promise<Answer> {
    return ask(this.port, this.agent, { method, path }, body);
  }
}

function entryOf(): string {
  const compiled = new URL('../../../reference-impl/main.js', import.meta.url);
  return reference.machine?.entry ?? fileURLToPath(compiled);
}

class HttpClient implements Client {
  private readonly port: number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor({ port }: Server) {
    this.port = port;
  }

  async put(key: string, value: string): Promise<boolean> {
    const { status } = await ask(
      this.port,
      this.agent,
      { method: 'PUT', path: `/kv/${key}` },
      JSON.stringify(value),
    ).catch(() => ({ status: 0 }));
    return status === 200;
  }

  close(): void {
    this.agent.destroy();
  }
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
