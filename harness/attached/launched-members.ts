/**
 * Members of a cluster of our own, started from a launch plan. Processes and data are in an undo
 * journal: they go even when the harness is killed.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRunFolder, openCleanup } from '../cleanup/session.ts';
import type { CleanupSession } from '../cleanup/session.ts';
import type { Links, LinkSpec } from '../links/links.ts';
import { folderVariable } from '../cleanup/process-id.ts';
import type { ProcessState } from '../faults/overlap.ts';
import { commandOfProcess, standingOfProcess } from '../realtime/standing.ts';
import type { NodeId } from '../core/host.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';
import type { Endpoint } from '../core/system.ts';
import { freePorts } from '../host/ports.ts';
import { withSignal } from '../host/signals.ts';
import { addressOf } from '../namespaces/layout.ts';
import { MemberLinks } from '../namespaces/member-links.ts';
import { whyNoSwitch } from '../namespaces/support.ts';
import type { MemberAccess } from './access.ts';
import { messageOf } from './client.ts';
import { JointLinks } from './joint-links.ts';
import { commandsOf, environmentOf } from './member-commands.ts';
import type { Commands, MemberTexts } from './member-commands.ts';
import { MemberClocks } from './member-clocks.ts';
import { emptied, layOut } from './member-files.ts';
import { MemberProcess } from './member-process.ts';
import { untilReady } from './member-ready.ts';
import { disksFor } from './disk-choice.ts';
import type { DiskChoice } from './disk-choice.ts';
import { addressesOf, loopback } from './member-addresses.ts';
import { networkFor } from './network.ts';
import type { Network, NetworkChoice } from './network.ts';
import { PeerWiring, textsOf } from './peer-wiring.ts';
import type { Peer } from './peer-wiring.ts';
import { requireProgram } from './program-path.ts';
import { Surroundings } from './surroundings.ts';
import { mentions } from './template.ts';

export interface LaunchedMembersOptions {
  readonly plan: LaunchPlan;
  /** Instead of the plan's. */
  readonly members?: number;
  /** How they reach each other; `auto` by default. */
  readonly network?: NetworkChoice;
  /** What their data lies on; `auto` by default, which here is the machine's own disk. */
  readonly disk?: DiskChoice;
  /** What members load so that their clocks can be set wrong (`clocksFor`); absent or null: nothing. */
  readonly clockLibrary?: string | null;
  /** Keep the folder with logs and data, and say where it is. */
  readonly onKept?: (folder: string) => void;
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal;
}

interface Member {
  readonly endpoint: Endpoint;
  /** Where it is for other members, and for itself. */
  readonly url: string;
  readonly peer: Peer;
  process: MemberProcess | null;
  /** Once it was laid out. */
  texts: MemberTexts | null;
}

/** Of `count` members: `n0`, `n1` … */
export function memberNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, id) => `n${id}`);
}

export class LaunchedMembers implements MemberAccess, AsyncDisposable {
  readonly members: ReadonlySet<NodeId>;
  readonly folder: string;
  /** A member ended that was not told to. */
  onExit: (node: NodeId, reason: string) => void = () => undefined;
  /** Once they were started. */
  surroundings: Surroundings | null = null;
  /** Null: they are right. */
  clocks: MemberClocks | null = null;
  private readonly o: LaunchedMembersOptions;
  private readonly cleanup: CleanupSession;
  private readonly folderEntry: number;
  private readonly all: readonly Member[];
  private readonly wiring: PeerWiring;
  private readonly kind: Network['kind'];
  private addresses: ReadonlyMap<string, string> = new Map();
  private isKept = false;

  private constructor(
    options: LaunchedMembersOptions,
    cleanup: CleanupSession,
    peers: readonly Peer[],
    wiring: PeerWiring,
    kind: Network['kind'],
  ) {
    this.o = options;
    this.cleanup = cleanup;
    const { path, entry } = makeRunFolder(cleanup.journal, 'members');
    this.folder = path;
    this.folderEntry = entry;
    this.all = peers.map((peer) => ({
      peer,
      ...addressesOf(peer, options.plan, this.shared),
      process: null,
      texts: null,
    }));
    this.wiring = wiring;
    this.kind = kind;
    this.members = new Set(peers.keys());
  }

  /** Chooses names, ports and folders; starts nothing yet. Throws E_CONFIG, E_PORT_IN_USE, E_NAMESPACES. */
  static async open(options: LaunchedMembersOptions): Promise<LaunchedMembers> {
    const { plan } = options;
    const count = options.members ?? plan.members ?? 3;
    const { kind } = networkFor(plan, options.network);
    const texts = textsOf(plan);
    const isTold = (name: string): boolean => mentions([...texts, plan.peers?.each ?? ''], name);
    // Where peers have no port of their own they share that of clients.
    const kinds = ['port', 'peerPort', 'peerPort2'].map((name, i) => i === 0 || isTold(name));
    const ports = [...(await freePorts(loopback, count * kinds.filter(Boolean).length))];
    const peers = memberNames(count).map((name, at): Peer => {
      const [port = 0, peerPort = port, peerPort2 = peerPort] = kinds.map((has) =>
        has ? ports.shift() : undefined,
      );
      const own = kind === 'namespaces' ? addressOf(at) : loopback;
      return { name, host: own, port, peerPort, peerPort2 };
    });
    const wiring = await PeerWiring.open(plan, peers, kind === 'proxies');
    return new LaunchedMembers(options, await openCleanup(), peers, wiring, kind);
  }

  get endpoints(): readonly Endpoint[] {
    return this.all.map((m) => m.endpoint);
  }

  /** The links among members that `start` wants, one a direction. */
  peerLinks(): readonly LinkSpec[] {
    return this.wiring.links();
  }

  /** Beside the one that they are started as. */
  get versions(): readonly string[] {
    return Object.keys(this.o.plan.versions ?? {});
  }

  /** What a member runs, as the machine says; null: it is down. */
  commandOf(node: NodeId): string | null {
    return commandOfProcess(this.pid(node), this.surroundings?.within(node)[0] ?? null);
  }

  /** All links of a run whose clients have these; to be asked once members were started. */
  linksWith(clients: Links): Links {
    const network = this.surroundings?.network ?? null;
    if (network === null) return clients;
    const names = this.all.map((m) => m.endpoint.name);
    return new JointLinks(new MemberLinks(network, names, whyNoSwitch), clients);
  }

  /**
   * Starts all members, which reach each other at `addresses` by link, and waits until they are up.
   * Throws E_NO_PROGRAM, E_NAMESPACES, E_DISK, and E_NOT_READY with what they said last.
   */
  async start(addresses: ReadonlyMap<string, string> = new Map()): Promise<void> {
    this.addresses = addresses;
    await this.openSurroundings();
    const { clockLibrary = null } = this.o;
    if (clockLibrary !== null) {
      const names = this.all.map((m) => m.endpoint.name);
      this.clocks = new MemberClocks(clockLibrary, this.folder, names);
    }
    for (const id of this.all.keys()) await this.make(id, addresses);
    const given = new AbortController();
    try {
      await withSignal([given.signal, this.o.signal], null, (signal) =>
        Promise.all(this.all.map((m) => this.bringUp(m, signal))),
      );
    } finally {
      // Of one that failed: nobody waits for the others any more.
      given.abort();
    }
  }

  reserve(): () => void {
    return () => undefined;
  }

  async crash(node: NodeId): Promise<void> {
    const kill = async (): Promise<void> => this.all[node]?.process?.kill();
    await this.surroundings?.losePower(node, kill);
  }

  async shutDown(node: NodeId): Promise<void> {
    await this.all[node]?.process?.shutDown();
  }

  async restart(node: NodeId, version: string | null = null): Promise<boolean> {
    await this.surroundings?.newBoot(node);
    this.clocks?.newBoot(node);
    await this.all[node]?.process?.start(version);
    return true;
  }

  /**
   * Lays one out anew that is down: it starts with an empty folder, as one that the cluster has taken in, whose members,
   * itself included, are these.
   */
  async renew(node: NodeId, among: readonly NodeId[]): Promise<void> {
    const { plan } = this.o;
    const member = this.all[node];
    if (member === undefined || member.texts === null || plan.entry === undefined) return;
    const folder = this.surroundings?.seen(node) ?? this.dataOf(node);
    await emptied(folder);
    const { env, fields: before } = member.texts;
    const peers = this.wiring.toldOf(node, this.addresses, among);
    const fields = { ...before, ...peers, entry: plan.entry.later };
    member.texts = { fields, env };
    await layOut(plan, fields, env, folder);
    member.process?.renew(this.commandsFor(node, member.texts));
  }

  pause(node: NodeId): Promise<void> {
    this.all[node]?.process?.signal('SIGSTOP');
    return Promise.resolve();
  }

  resume(node: NodeId): Promise<void> {
    this.all[node]?.process?.signal('SIGCONT');
    return Promise.resolve();
  }

  standing(node: NodeId): ProcessState | null {
    return standingOfProcess(this.pid(node));
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
      this.all.map(({ endpoint, process: child }, at) =>
        attempt(endpoint.name, async () => {
          const close = async (): Promise<void> => child?.close();
          await (this.surroundings?.end(at, close) ?? close());
        }),
      ),
    );
    this.clocks?.[Symbol.dispose]();
    await attempt('links among members', async () => this.wiring[Symbol.asyncDispose]());
    await attempt('network and disks of members', async () =>
      this.surroundings?.[Symbol.asyncDispose](),
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
      connects: () => this.surroundings?.connects(member.peer) ?? Promise.resolve(false),
      output: () => member.process?.tail ?? [],
      isGone: () => member.process?.pid === undefined,
      usMax: this.o.plan.readyUsMax,
      signal,
    });
  }

  private async openSurroundings(): Promise<void> {
    const folders = [...this.all.keys()].map((id) => this.dataOf(id));
    for (const folder of [...folders, this.shared]) await mkdir(folder, { recursive: true });
    this.surroundings = await Surroundings.open({
      network: this.kind,
      disk: disksFor(this.o.disk).kind,
      peers: this.all.map((m) => m.peer),
      folders,
      folder: this.folder,
      journal: this.cleanup.journal,
    });
  }

  private dataOf(id: NodeId): string {
    return join(this.folder, this.all[id]?.endpoint.name ?? '');
  }

  private get shared(): string {
    return join(this.folder, 'shared');
  }

  /** Only the program itself runs by its own clock: not what lays out its data. */
  private commandsFor(id: NodeId, { fields, env }: MemberTexts): Commands {
    const all = { ...env, ...this.clocks?.env(id, env) };
    return commandsOf(this.o.plan, { fields, env: all });
  }

  private async make(id: NodeId, addresses: ReadonlyMap<string, string>): Promise<void> {
    const { plan } = this.o;
    const member = this.all[id] as Member;
    const { name } = member.endpoint;
    const { env: told, fields: peers } = await this.wiring.told(id, addresses);
    const { host: where, port, peerPort, peerPort2 } = member.peer;
    const fields = {
      name,
      id: String(id),
      number: String(id + 1),
      count: String(this.all.length),
      host: where,
      port: String(port),
      peerPort: String(peerPort),
      peerPort2: String(peerPort2),
      url: member.url,
      data: this.dataOf(id),
      shared: this.shared,
      ...(plan.entry && { entry: plan.entry.first }),
      ...peers,
    };
    const env = { ...environmentOf(plan, fields, told), [folderVariable]: this.folder };
    member.texts = { fields, env };
    await layOut(plan, fields, env);
    const commands = this.commandsFor(id, member.texts);
    const within = this.surroundings?.within(id) ?? [];
    // Whoever runs a program elsewhere does not say that it is not there.
    if (within.length > 0) {
      requireProgram(commands.usual.argv[0] ?? '', { name, env, install: plan.install });
    }
    member.process = new MemberProcess({
      name,
      within,
      commands,
      logPath: join(this.folder, `${name}.log`),
      journal: this.cleanup.journal,
      install: plan.install ?? null,
      onExit: (reason) => this.onExit(id, reason),
    });
  }
}
