/**
 * Members of a cluster of our own, started from a launch plan. Processes and data are in an undo
 * journal: they go even when the harness is killed.
 */
import { rm } from 'node:fs/promises';
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
import { layOut } from './member-files.ts';
import { MemberProcess } from './member-process.ts';
import { untilReady } from './member-ready.ts';
import { PeerWiring, textsOf } from './peer-wiring.ts';
import type { Peer } from './peer-wiring.ts';
import { fill, mentions } from './template.ts';

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
  readonly peer: Peer;
  process: MemberProcess | null;
}

const host = '127.0.0.1';

/** Of `count` members: `n0`, `n1` … */
export function memberNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, id) => `n${id}`);
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
  private readonly wiring: PeerWiring;
  private isKept = false;

  private constructor(
    options: LaunchedMembersOptions,
    cleanup: CleanupSession,
    all: readonly Member[],
    wiring: PeerWiring,
  ) {
    this.o = options;
    this.cleanup = cleanup;
    const { path, entry } = makeRunFolder(cleanup.journal, 'members');
    this.folder = path;
    this.folderEntry = entry;
    this.all = all;
    this.wiring = wiring;
    this.members = new Set(all.keys());
  }

  /** Chooses names, ports and folders; starts nothing yet. Throws E_CONFIG, E_PORT_IN_USE. */
  static async open(options: LaunchedMembersOptions): Promise<LaunchedMembers> {
    const { plan } = options;
    const count = options.members ?? plan.members ?? 3;
    const texts = textsOf(plan);
    const isTold = (name: string): boolean => mentions([...texts, plan.peers?.each ?? ''], name);
    // Where peers have no port of their own they share that of clients.
    const kinds = ['port', 'peerPort', 'peerPort2'].map((name, i) => i === 0 || isTold(name));
    const ports = [...(await freePorts(host, count * kinds.filter(Boolean).length))];
    const all = memberNames(count).map((name): Member => {
      const [port = 0, peerPort = port, peerPort2 = peerPort] = kinds.map((has) =>
        has ? ports.shift() : undefined,
      );
      const fields = { name, host, port: String(port), peerPort: String(peerPort) };
      const url = fill(plan.url ?? 'http://{{host}}:{{port}}', fields);
      const peer = { name, host, port, peerPort, peerPort2 };
      return { endpoint: { name, url }, peer, process: null };
    });
    const peers = all.map((m) => m.peer);
    const wiring = await PeerWiring.open(plan, peers);
    return new LaunchedMembers(options, await openCleanup(), all, wiring);
  }

  get endpoints(): readonly Endpoint[] {
    return this.all.map((m) => m.endpoint);
  }

  /** The links among members that `start` wants, one a direction. */
  peerLinks(): readonly LinkSpec[] {
    return this.wiring.links();
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

  async shutDown(node: NodeId): Promise<void> {
    await this.all[node]?.process?.shutDown();
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
    await attempt('links among members', async () => this.wiring[Symbol.asyncDispose]());
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
      address: { host, port: member.peer.port },
      output: () => member.process?.tail ?? [],
      isGone: () => member.process?.pid === undefined,
      signal,
    });
  }

  private async make(id: NodeId, addresses: ReadonlyMap<string, string>): Promise<void> {
    const { plan } = this.o;
    const member = this.all[id] as Member;
    const { name } = member.endpoint;
    const told = await this.wiring.told(id, addresses);
    const { port, peerPort, peerPort2 } = member.peer;
    const fields = {
      name,
      id: String(id),
      number: String(id + 1),
      host,
      port: String(port),
      peerPort: String(peerPort),
      peerPort2: String(peerPort2),
      url: member.endpoint.url,
      data: join(this.folder, name),
      ...told.fields,
    };
    const env: Record<string, string | undefined> = { ...process.env };
    for (const [key, text] of Object.entries(plan.env ?? {})) env[key] = fill(text, fields);
    for (const [key, text] of Object.entries(told.env)) env[key] = text ?? undefined;
    env[folderVariable] = this.folder;
    await layOut(plan, fields, env);
    member.process = new MemberProcess({
      name,
      argv: plan.command.map((text) => fill(text, fields)),
      env,
      logPath: join(this.folder, `${name}.log`),
      journal: this.cleanup.journal,
      install: plan.install ?? null,
      onExit: (reason) => this.onExit(id, reason),
    });
  }
}
