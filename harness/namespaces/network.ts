/** A private network for members of our own: a namespace each, on a bridge that nobody else is on. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Journal } from '../cleanup/journal.ts';
import { HarnessError } from '../core/errors.ts';
import { Helper } from './helper.ts';
import type { Counts } from './layout.ts';
import { namespaceOf } from './layout.ts';
import type { SteeredNow } from './packet-links.ts';
import type { Steered } from './packet-rule.ts';
import type { NetworkQuestion, NetworkValue } from './protocol.ts';
import { inPrivate } from './support.ts';

export interface PrivateNetworkOptions {
  readonly members: number;
  /** Of the run, in the journal already. */
  readonly folder: string;
  readonly journal: Journal;
}

export class PrivateNetwork implements AsyncDisposable {
  private readonly helper: Helper<NetworkQuestion, NetworkValue>;

  private constructor(helper: Helper<NetworkQuestion, NetworkValue>) {
    this.helper = helper;
  }

  /** Throws E_NAMESPACES with what was said where it cannot be made. */
  static async open({ members, ...of }: PrivateNetworkOptions): Promise<PrivateNetwork> {
    const helper = await Helper.open<NetworkQuestion, NetworkValue>({
      ...of,
      within: inPrivate,
      main: 'network-main',
      from: import.meta.url,
      args: [String(members)],
      failed,
    });
    return new PrivateNetwork(helper);
  }

  get pid(): number {
    return this.helper.pid;
  }

  /** A flag of `nsenter` by which a command runs in the place of a member. */
  within(at: number): string {
    return `--net=/proc/${this.pid}/root/run/netns/${namespaceOf(at)}`;
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
      await this.helper.ask({ do: 'relay', host, port }, server);
    } finally {
      server.close();
    }
  }

  /** Does something inside take connections there? */
  async connects(host: string, port: number): Promise<boolean> {
    return (await this.helper.ask({ do: 'connects', host, port })) === true;
  }

  /** Cuts and heals pairs (`pairKey`), all at once. Rejects when nothing of it was done. */
  async change(cut: readonly string[], heal: readonly string[]): Promise<void> {
    if (cut.length + heal.length > 0) await this.helper.ask({ do: 'change', cut, heal });
  }

  async counts(): Promise<Counts> {
    return (await this.helper.ask({ do: 'counts' })) as Counts;
  }

  /** Leads packets of these pairs through a switch that does this to them, and no others. */
  async steer(all: readonly Steered[]): Promise<void> {
    await this.helper.ask({ do: 'steer', all });
  }

  async steered(): Promise<SteeredNow> {
    return (await this.helper.ask({ do: 'steered' })) as SteeredNow;
  }

  /** Members that are still inside keep their part of it until they are gone as well. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.helper[Symbol.asyncDispose]();
  }
}

function failed(why: string): HarnessError {
  return new HarnessError(
    'E_NAMESPACES',
    `the private network of the members failed: ${why}. See what the machine allows: antlion doctor; or pass --network proxies.`,
  );
}
