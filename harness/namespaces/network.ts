/** A private network for members of our own: a namespace each, on a bridge that nobody else is on. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Journal } from '../cleanup/journal.ts';
import { folderVariable, identify } from '../cleanup/process-id.ts';
import { HarnessError } from '../core/errors.ts';
import type { Counts } from './layout.ts';
import { namespaceOf } from './layout.ts';
import type { SteeredNow } from './packet-links.ts';
import type { Steered } from './packet-rule.ts';
import type { NetworkAnswer, NetworkQuestion } from './protocol.ts';
import { inPrivate } from './support.ts';

export interface PrivateNetworkOptions {
  readonly members: number;
  /**
   * Of the run, in the journal already: the process that holds the network is one of those that were started to
   * work in it, so it ends, and the network with it, whatever becomes of the harness.
   */
  readonly folder: string;
  readonly journal: Journal;
}

const setupMs = 30_000;
const answerMs = 10_000;

export class PrivateNetwork implements AsyncDisposable {
  private readonly child: ChildProcess;
  private readonly journal: Journal;
  private readonly entry: number | null;
  private readonly waiting = new Map<number, (answer: NetworkAnswer) => void>();
  private lastId = 0;

  private constructor(child: ChildProcess, journal: Journal) {
    this.child = child;
    this.journal = journal;
    const id = identify(child.pid as number);
    this.entry = id && journal.begin({ kind: 'kill', process: id });
    child.on('message', (answer: NetworkAnswer) => {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    });
    child.once('exit', () => {
      for (const [of, wake] of this.waiting) wake({ id: of, error: 'it has ended' });
      this.waiting.clear();
    });
  }

  /** Throws E_NAMESPACES with what was said where it cannot be made. */
  static async open({ members, folder, journal }: PrivateNetworkOptions): Promise<PrivateNetwork> {
    // As this file runs, so runs the other: compiled by plain node, or its source by the same loader.
    const kind = extname(import.meta.url);
    const main = fileURLToPath(new URL(`./network-main${kind}`, import.meta.url));
    const loader = kind === '.ts' ? process.execArgv : [];
    const [program = '', ...flags] = inPrivate;
    const child = spawn(program, [...flags, process.execPath, ...loader, main, String(members)], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { ...process.env, [folderVariable]: folder },
    });
    try {
      await once(child, 'spawn');
    } catch (cause) {
      throw failed((cause as Error).message);
    }
    const network = new PrivateNetwork(child, journal);
    try {
      await network.answerTo(0, setupMs);
      return network;
    } catch (e) {
      await network[Symbol.asyncDispose]();
      throw e;
    }
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** What a command is put behind to run in the place of a member: it stays the same process. */
  within(at: number): readonly string[] {
    return ['nsenter', `--net=/proc/${this.pid}/root/run/netns/${namespaceOf(at)}`];
  }

  /**
   * Leads connections to `port` here, on the loopback interface, to the same port of `host` inside. Throws
   * E_PORT_IN_USE.
   */
  async relay(host: string, port: number): Promise<void> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (cause) {
      const why = `127.0.0.1:${port} is taken (${(cause as Error).message}), wanted for a member.`;
      throw new HarnessError('E_PORT_IN_USE', `${why} Run it again.`, { cause });
    }
    try {
      await this.ask({ do: 'relay', host, port }, server);
    } finally {
      server.close();
    }
  }

  /** Does something inside take connections there? */
  async connects(host: string, port: number): Promise<boolean> {
    return (await this.ask({ do: 'connects', host, port })) === true;
  }

  /** Cuts and heals pairs (`pairKey`), all at once. Rejects when nothing of it was done. */
  async change(cut: readonly string[], heal: readonly string[]): Promise<void> {
    if (cut.length + heal.length > 0) await this.ask({ do: 'change', cut, heal });
  }

  async counts(): Promise<Counts> {
    return (await this.ask({ do: 'counts' })) as Counts;
  }

  /** Leads packets of these pairs through a switch that does this to them, and no others. */
  async steer(all: readonly Steered[]): Promise<void> {
    await this.ask({ do: 'steer', all });
  }

  async steered(): Promise<SteeredNow> {
    return (await this.ask({ do: 'steered' })) as SteeredNow;
  }

  /** Members that are still inside keep their part of it until they are gone as well. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    if (this.entry !== null) this.journal.done(this.entry);
  }

  private async ask(
    question: NetworkQuestion,
    server?: ReturnType<typeof createServer>,
  ): Promise<NetworkAnswer['value']> {
    this.lastId += 1;
    const id = this.lastId;
    const answer = this.answerTo(id, answerMs);
    if (!this.child.connected) this.waiting.get(id)?.({ id, error: 'it has ended' });
    else this.child.send({ id, question }, server, () => undefined);
    return answer;
  }

  private async answerTo(id: number, withinMs: number): Promise<NetworkAnswer['value']> {
    let late: NodeJS.Timeout | undefined;
    const answer = await new Promise<NetworkAnswer>((resolve) => {
      this.waiting.set(id, resolve);
      late = setTimeout(() => {
        this.waiting.delete(id);
        resolve({ id, error: `no answer within ${withinMs / 1_000} s` });
      }, withinMs);
    });
    clearTimeout(late);
    if (answer.error !== undefined) throw failed(answer.error);
    return answer.value;
  }
}

function failed(why: string): HarnessError {
  return new HarnessError(
    'E_NAMESPACES',
    `the private network of the members failed: ${why}. See what the machine allows: antlion doctor; or pass --network proxies.`,
  );
}
