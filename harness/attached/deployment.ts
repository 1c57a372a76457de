/**
 * A deployment of which only the clients are ours. Each client reaches each member through a proxy
 * of its own, so that faults on the clients' side need nobody's leave.
 */
import type { FaultKind } from '../core/fault.ts';
import { HarnessError } from '../core/errors.ts';
import type { ProcessState } from '../faults/overlap.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import type { AdapterForm, Endpoint } from '../core/system.ts';
import { asVersion } from '../faults/versions.ts';
import { embeddedUsMax } from '../links/links.ts';
import { openLinks } from '../links/toxiproxy-links.ts';
import type { LinkSpec, Links } from '../links/links.ts';
import type { ControlRequest, NodeCounters } from '../host/control-protocol.ts';
import type {
  DeployedMembers,
  Deployment,
  NodeDisks,
  RealtimeClient,
  Sink,
} from '../realtime/deployment.ts';
import { linkName } from '../realtime/link-names.ts';
import { startProxy } from '../proxy/server.ts';
import type { ProxyServer } from '../proxy/server.ts';
import type { MemberAccess } from './access.ts';
import { hostOf, throughProxy } from '../core/address.ts';
import { AttachedClient, messageOf } from './client.ts';
import { WitnessLinks } from './witness-links.ts';
import { deployedMembers } from './deployed-members.ts';
import type { LaunchedMembers } from './launched-members.ts';
import { MemberPoll } from './member-poll.ts';

export interface AttachedDeploymentOptions {
  /** The system's name, for messages. */
  readonly system: string;
  readonly endpoints: readonly Endpoint[];
  readonly adapter: AdapterForm;
  readonly program: Program;
  readonly faults: ReadonlySet<FaultKind>;
  /** Why clocks cannot be set wrong; absent or null: there is no more to say. */
  readonly noClocks?: string | null;
  readonly access: MemberAccess;
  /** Members that the run starts itself; absent: they run already. */
  readonly launched?: LaunchedMembers;
}

/** How long members that were started may take until they answer their adapter. */
const readyMsMax = 30_000;

export class AttachedDeployment implements Deployment {
  readonly faults: ReadonlySet<FaultKind>;
  /** Members answer each other on the connections on which they were asked. */
  readonly areLinksTwoWay = true;
  /** Nothing inside a foreign member can be told to lose what it sends. */
  readonly areMessagesPackets = true;
  readonly areNodesForeign: boolean;
  readonly missing: ReadonlyMap<FaultKind, string>;
  links: Links | null = null;
  disks: NodeDisks | null = null;
  readonly shutDown?: (node: NodeId) => Promise<void>;
  readonly standing?: (node: NodeId) => Promise<ProcessState | null>;
  readonly pidOf?: (node: NodeId) => number | null;
  readonly versions?: readonly string[];
  readonly versionTold?: (node: NodeId) => Promise<string | null>;
  readonly members?: DeployedMembers;
  private readonly o: AttachedDeploymentOptions;
  private readonly originNs = process.hrtime.bigint();
  private sink: Sink | null = null;
  private proxy: ProxyServer | null = null;
  private addresses: ReadonlyMap<string, string> = new Map();
  private poll: MemberPoll | null = null;

  constructor(options: AttachedDeploymentOptions) {
    this.o = options;
    this.faults = options.faults;
    this.areNodesForeign = options.launched === undefined;
    const { noClocks = null } = options;
    this.missing = new Map(noClocks === null ? [] : [['clock', noClocks]]);
    const { access, launched } = options;
    if (launched !== undefined) {
      this.pidOf = (node) => launched.pid(node) ?? null;
      this.versions = launched.versions;
      this.versionTold = (node) => this.versionOf(node, launched);
      const { members } = options.adapter;
      if (members !== undefined) this.members = deployedMembers(members, launched);
    }
    if (access.shutDown !== undefined) {
      this.shutDown = async (node) => access.shutDown?.(node);
    }
    if (access.standing !== undefined) {
      this.standing = (node) => Promise.resolve(access.standing?.(node) ?? null);
    }
  }

  trueUs(): number {
    return Number((process.hrtime.bigint() - this.originNs) / 1_000n);
  }

  async start(sink: Sink): Promise<void> {
    const { program, endpoints, adapter, launched } = this.o;
    this.sink = sink;
    // Before anything is made: a mistyped endpoint costs nothing.
    if (launched === undefined) await this.ready();
    this.proxy = await startProxy();
    const links = await WitnessLinks.open(await this.openLinks(this.proxy.url));
    this.links = links;
    const specs: LinkSpec[] = [...(launched?.peerLinks() ?? [])];
    for (let client = 0; client < program.shape.clients; client++) {
      for (const [node, endpoint] of endpoints.entries()) {
        specs.push({ name: this.linkOf(client, node), upstream: hostOf(endpoint) });
      }
    }
    this.addresses = await links.create(specs);
    if (launched !== undefined) {
      launched.onExit = (node, reason) => sink.exited(node, reason);
      await launched.start(this.addresses);
      this.links = launched.linksWith(links);
      this.disks = launched.surroundings?.troubled ?? null;
      await this.ready();
    }
    this.poll = new MemberPoll({
      adapter,
      endpoints,
      onLeader: ({ node, term }) => {
        const value = { kind: 'role', role: 'leader', term } as const;
        sink.event({ type: 'observe', timeUs: this.trueUs(), node, value });
      },
      onObservation: ({ node, value }) =>
        sink.event({ type: 'observe', timeUs: this.trueUs(), node, value }),
    });
    await this.poll.begin();
    for (const node of endpoints.keys()) this.started(node);
  }

  /** Of the proxy at `api`. */
  protected openLinks(api: string): Promise<Links> {
    return openLinks({ api, timeoutUs: embeddedUsMax });
  }

  openClient(client: number): RealtimeClient {
    const { adapter, program } = this.o;
    const endpoints = this.o.endpoints.map((e, node) =>
      throughProxy(e, this.addresses.get(this.linkOf(client, node)) ?? ''),
    );
    return new AttachedClient({
      connect: () => adapter.connect(endpoints, client, program.settings),
      onRefused: (e) => this.sink?.failed(e),
    });
  }

  reserve(kind: 'crash' | 'pause', nodes: readonly NodeId[]): string | (() => void) {
    return this.o.access.reserve(kind, nodes);
  }

  async crash(node: NodeId): Promise<void> {
    await this.o.access.crash(node);
  }

  async restart(node: NodeId, version: string | null = null): Promise<void> {
    const isUp = await this.o.access.restart(node, version);
    if (isUp) this.started(node, version);
  }

  async pause(node: NodeId): Promise<void> {
    await this.o.access.pause(node);
  }

  async resume(node: NodeId): Promise<void> {
    await this.o.access.resume(node);
  }

  /** Nothing inside a foreign member can be changed; its disk can, where that is ours, and its clock, where it heeds us. */
  async setFaults(node: NodeId, { faults }: ControlRequest): Promise<void> {
    this.o.launched?.clocks?.set(node, faults.clock);
    await this.o.launched?.surroundings?.setDisk(node, faults);
  }

  /** A foreign member tells no figures; its disk does, and what it takes for the time. */
  async counters(node: NodeId): Promise<NodeCounters> {
    const { surroundings } = this.o.launched ?? {};
    const clock = await this.clockOf(node);
    const disk = await surroundings?.diskCounts(node);
    const slowestSyncUs = surroundings?.trialUs(node) ?? null;
    const told = {
      sent: {},
      links: {},
      skewedReads: 0,
      delayedSyncs: 0,
      dropped: 0,
      ...disk,
      ...clock,
    };
    return slowestSyncUs === null ? told : { ...told, slowestSyncUs };
  }

  logTail(node: NodeId): readonly string[] {
    return this.o.launched?.logTail(node) ?? [];
  }

  async stop(): Promise<readonly string[]> {
    const { adapter, endpoints, program, access, launched } = this.o;
    const left: string[] = [];
    const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
      } catch (e) {
        left.push(`${what}: ${messageOf(e)}`);
      }
    };
    this.poll?.[Symbol.dispose]();
    await attempt('links', async () => this.links?.close());
    await attempt('proxy', async () => this.proxy?.[Symbol.asyncDispose]());
    left.push(...access.leftBehind());
    if (launched !== undefined) left.push(...(await launched.stop()));
    // Without clients' links nothing was written, and what was written by members of ours is gone.
    else if (this.links !== null) {
      const where = endpoints.map((e) => e.name).join(', ');
      await attempt(`keys of this run on ${where}`, async () =>
        adapter.tidy?.(endpoints, program.settings),
      );
    }
    return left;
  }

  private async clockOf(node: NodeId): Promise<Partial<NodeCounters>> {
    const { adapter, endpoints, launched } = this.o;
    const [endpoint, clocks] = [endpoints[node], launched?.clocks ?? null];
    if (clocks === null || endpoint === undefined) return {};
    const none = (): Promise<never> => Promise.reject(new Error('it tells no clock'));
    return clocks.told(node, () => adapter.wallClock?.(endpoint) ?? none());
  }

  /** As it says itself, otherwise as the machine says what runs. */
  private async versionOf(node: NodeId, launched: LaunchedMembers): Promise<string | null> {
    const { adapter, endpoints } = this.o;
    const endpoint = endpoints[node];
    if (endpoint === undefined || launched.pid(node) === undefined) return null;
    return (await adapter.version?.(endpoint)) ?? launched.commandOf(node);
  }

  /** Throws E_ENDPOINT, whatever the adapter throws. Members that were just started get their time. */
  private async ready(): Promise<void> {
    const { adapter, endpoints, launched } = this.o;
    const endMs = performance.now() + (launched === undefined ? 0 : readyMsMax);
    for (;;) {
      try {
        return await adapter.ready(endpoints);
      } catch (cause) {
        if (performance.now() > endMs) throw this.notReady(cause);
      }
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }

  private notReady(cause: unknown): HarnessError {
    const { endpoints, system } = this.o;
    if (cause instanceof HarnessError) return cause;
    const where = endpoints.map((e) => `${e.name}=${e.url}`).join(', ');
    return new HarnessError(
      'E_ENDPOINT',
      `${system} is not ready at ${where}: ${messageOf(cause)}. Start it, or name other endpoints: --endpoint name=url.`,
      { cause },
    );
  }

  /** A foreign member says nothing of itself: that it runs is what its answers showed. */
  private started(node: NodeId, version: string | null = null): void {
    const as = asVersion(version);
    this.sink?.event({ type: 'node', timeUs: this.trueUs(), node, change: 'started', ...as });
  }

  private linkOf(client: number, node: NodeId): string {
    const { shape } = this.o.program;
    return linkName(shape, shape.nodes.length + client, node);
  }
}
