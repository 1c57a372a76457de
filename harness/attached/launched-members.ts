/**
 * Members of a cluster of our own, started from a launch plan. Processes and data are in an undo
 * journal: they go even when the harness is killed.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRunFolder, openCleanup } from '../cleanup/session.ts';
import type { CleanupSession } from '../cleanup/session.ts';
import type { LinkSpec } from '../links/links.ts';
import { folderVariable } from '../cleanup/process-id.ts';
import type { NodeId } from '../core/host.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';
import type { Endpoint } from '../core/system.ts';
import { freePorts } from '../host/ports.ts';
import type { MemberAccess } from './access.ts';
import { messageOf } from './client.ts';
import { startHttpForwarder } from './http-forwarder.ts';
import type { HttpForwarder } from './http-forwarder.ts';
import { MemberProcess } from './member-process.ts';
import { untilReady } from './member-ready.ts';
import { fill, mentions } from './template.ts';
import type { Fields } from './template.ts';

export interface LaunchedMembersOptions {
  readonly plan: LaunchPlan;
  /** Instead of the plan's. */
  readonly members?: number;
  /** Keep the folder with logs and data, and say where it is. */
  readonly onKept?: (folder: string) => void;
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal;
}

interface Member {
  readonly endpoint: Endpoint;
  readonly port: number;
  /** Where other members really reach it; `host:port`. */
  readonly peer: string;
  /** What others are told where all are told the same; a documentation address, of no machine. */
  readonly agreed: string;
  process: MemberProcess | null;
}

const host = '127.0.0.1';

/** Of `count` members: `n0`, `n1` … */
export function memberNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, id) => `n${id}`);
}

/** Do faults reach the links among members that are started so? */
export function arePeersOurs({ command, env, peers }: LaunchPlan): boolean {
  const texts = [...command, ...Object.values(env ?? {})];
  const areTold = mentions(texts, 'peers') || mentions(texts, 'members');
  return areTold && peers?.via !== 'direct';
}

export class LaunchedMembers implements MemberAccess, AsyncDisposable {
  readonly members: ReadonlySet<NodeId>;
  readonly folder: string;
  /** A member ended that was not told to. */
  onExit: (node: NodeId, reason: string) => void = () => undefined;
  private readonly o: LaunchedMembersOptions;
  private readonly cleanup: CleanupSession;
  private readonly folderEntry: number;
  private readonly all: readonly Member[];
  private readonly forwarders: HttpForwarder[] = [];
  private isKept = false;

  private constructor(
    options: LaunchedMembersOptions,
    cleanup: CleanupSession,
    all: readonly Member[],
  ) {
    this.o = options;
    this.cleanup = cleanup;
    const { path, entry } = makeRunFolder(cleanup.journal, 'members');
    this.folder = path;
    this.folderEntry = entry;
    this.all = all;
    this.members = new Set(all.keys());
  }

  /** Chooses names, ports and folders; starts nothing yet. Throws E_CONFIG, E_PORT_IN_USE. */
  static async open(options: LaunchedMembersOptions): Promise<LaunchedMembers> {
    const { plan } = options;
    const count = options.members ?? plan.members ?? 3;
    const texts = [...plan.command, ...Object.values(plan.env ?? {})];
    const hasPeerPort = mentions(texts, 'peerPort');
    const ports = await freePorts(host, count * (hasPeerPort ? 2 : 1));
    const all = memberNames(count).map((name, id): Member => {
      const port = ports[id] as number;
      const peerPort = hasPeerPort ? (ports[count + id] as number) : port;
      const url = fill(plan.url ?? 'http://{{host}}:{{port}}', { name, host, port: String(port) });
      const peer = `${host}:${peerPort}`;
      return {
        endpoint: { name, url },
        port,
        peer,
        agreed: `192.0.2.${id + 1}:${peerPort}`,
        process: null,
      };
    });
    return new LaunchedMembers(options, await openCleanup(), all);
  }

  get endpoints(): readonly Endpoint[] {
    return this.all.map((m) => m.endpoint);
  }

  private get arePeersOurs(): boolean {
    return arePeersOurs(this.o.plan);
  }

  /** The links among members that `start` wants, one a direction. */
  peerLinks(): readonly LinkSpec[] {
    if (!this.arePeersOurs) return [];
    return this.pairs().map(([from, to]) => ({
      name: `${this.name(from)}->${this.name(to)}`,
      upstream: this.all[to]?.peer ?? '',
    }));
  }

  /**
   * Starts all members, which reach each other at `addresses` by link, and waits until they are up.
   * Throws E_NO_PROGRAM, and E_NOT_READY with what they said last.
   */
  async start(addresses: ReadonlyMap<string, string> = new Map()): Promise<void> {
    for (const id of this.all.keys()) await this.make(id, addresses);
    const { signal } = this.o;
    const given = new AbortController();
    const giveUp = (): void => given.abort(signal?.reason);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    try {
      await Promise.all(this.all.map((m) => this.bringUp(m, given.signal)));
    } finally {
      // Of one that failed: nobody waits for the others any more.
      given.abort();
      signal?.removeEventListener('abort', giveUp);
    }
  }

  reserve(): () => void {
    return () => undefined;
  }

  async crash(node: NodeId): Promise<void> {
    await this.all[node]?.process?.kill();
  }

  async restart(node: NodeId): Promise<boolean> {
    await this.all[node]?.process?.start();
    return true;
  }

  pause(node: NodeId): Promise<void> {
    this.all[node]?.process?.signal('SIGSTOP');
    return Promise.resolve();
  }

  resume(node: NodeId): Promise<void> {
    this.all[node]?.process?.signal('SIGCONT');
    return Promise.resolve();
  }

  leftBehind(): readonly string[] {
    return [];
  }

  pid(node: NodeId): number | undefined {
    return this.all[node]?.process?.pid;
  }

  logTail(node: NodeId): readonly string[] {
    return this.all[node]?.process?.tail ?? [];
  }

  /** Logs and data stay where they are when the members are gone. */
  keep(): void {
    this.isKept = true;
  }

  /** Takes everything down; says what is still there. */
  async stop(): Promise<readonly string[]> {
    const left: string[] = [];
    const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      await work().catch((e: unknown) => left.push(`${what}: ${messageOf(e)}`));
    };
    await Promise.all(
      this.all.map((m) => attempt(m.endpoint.name, async () => m.process?.close())),
    );
    await Promise.all(
      this.forwarders.map((f) => attempt('forwarder', async () => f[Symbol.asyncDispose]())),
    );
    if (this.isKept) this.o.onKept?.(this.folder);
    else await attempt(this.folder, () => rm(this.folder, { recursive: true, force: true }));
    if (left.length === 0) this.cleanup.journal.done(this.folderEntry);
    await attempt('watchdog', async () => this.cleanup[Symbol.asyncDispose]());
    return left;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  private async bringUp(member: Member, signal: AbortSignal): Promise<void> {
    await member.process?.start();
    await untilReady(this.o.plan.ready ?? { tcp: true }, {
      name: member.endpoint.name,
      url: member.endpoint.url,
      address: { host, port: member.port },
      output: () => member.process?.tail ?? [],
      isGone: () => member.process?.pid === undefined,
      signal,
    });
  }

  private async make(id: NodeId, addresses: ReadonlyMap<string, string>): Promise<void> {
    const { plan } = this.o;
    const member = this.all[id] as Member;
    const fields = this.fieldsOf(id, addresses);
    await mkdir(fields['data'] as string, { recursive: true });
    const env: Record<string, string | undefined> = { ...process.env };
    for (const [name, text] of Object.entries(plan.env ?? {})) env[name] = fill(text, fields);
    if (this.arePeersOurs && plan.peers?.via === 'http-proxy') {
      const forwarder = await startHttpForwarder(host, this.linksBehind(id, addresses));
      this.forwarders.push(forwarder);
      env['HTTP_PROXY'] = env['http_proxy'] = forwarder.url;
      delete env['NO_PROXY'];
      delete env['no_proxy'];
    }
    member.process = new MemberProcess({
      name: member.endpoint.name,
      argv: plan.command.map((text) => fill(text, fields)),
      env: { ...env, [folderVariable]: this.folder },
      logPath: join(this.folder, `${member.endpoint.name}.log`),
      journal: this.cleanup.journal,
      install: plan.install ?? null,
      onExit: (reason) => this.onExit(id, reason),
    });
  }

  private fieldsOf(id: NodeId, addresses: ReadonlyMap<string, string>): Fields {
    const { peers = {} } = this.o.plan;
    const member = this.all[id] as Member;
    const { each = '{{name}}={{address}}', separator = ',', via = 'links' } = peers;
    const isAgreed = this.arePeersOurs && via === 'http-proxy';
    const one = (to: NodeId): string => {
      const real = this.all[to]?.peer ?? '';
      const own = addresses.get(`${this.name(id)}->${this.name(to)}`) ?? real;
      const address = isAgreed ? (this.all[to]?.agreed ?? '') : own;
      return fill(each, { name: this.name(to), address });
    };
    const ids = [...this.all.keys()];
    return {
      name: this.name(id),
      id: String(id),
      host,
      port: String(member.port),
      peerPort: member.peer.split(':')[1] ?? '',
      address: isAgreed ? member.agreed : member.peer,
      url: member.endpoint.url,
      data: join(this.folder, this.name(id)),
      peers: ids
        .filter((to) => to !== id)
        .map(one)
        .join(separator),
      members: ids.map(one).join(separator),
    };
  }

  private linksBehind(
    from: NodeId,
    addresses: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, string> {
    const pairs = this.pairs().filter(([a]) => a === from);
    return new Map(
      pairs.map(([, to]) => {
        const { agreed, peer } = this.all[to] as Member;
        return [agreed, addresses.get(`${this.name(from)}->${this.name(to)}`) ?? peer];
      }),
    );
  }

  private pairs(): (readonly [from: NodeId, to: NodeId])[] {
    const ids = [...this.all.keys()];
    return ids.flatMap((from) => ids.filter((to) => to !== from).map((to) => [from, to] as const));
  }

  private name(node: NodeId): string {
    return this.all[node]?.endpoint.name ?? '';
  }
}
