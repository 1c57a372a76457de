/**
 * A deployment of which only the clients are ours. Each client reaches each member through a proxy
 * of its own, so that faults on the clients' side need nobody's leave.
 */
import type { FaultKind } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import type { AdapterForm, Endpoint, Session } from '../core/system.ts';
import { openLinks } from '../control/toxiproxy-links.ts';
import type { Links } from '../control/links.ts';
import type { NodeCounters } from '../host/control.ts';
import type { Deployment, LiveClient, Sink } from '../live/deployment.ts';
import { linkName } from '../live/names.ts';
import { startProxy } from '../proxy/server.ts';
import type { ProxyServer } from '../proxy/server.ts';

/** Hands on members that the user allowed by name, or that we started ourselves. */
export interface MemberHands {
  readonly faults: readonly FaultKind[];
  isAllowed(node: NodeId): boolean;
  crash(node: NodeId): Promise<void>;
  /** True when it runs again; false when starting it is its owner's business. */
  restart(node: NodeId): Promise<boolean>;
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;
}

export interface AttachedDeploymentOptions {
  readonly endpoints: readonly Endpoint[];
  readonly adapter: AdapterForm;
  readonly program: Program;
  readonly faults: ReadonlySet<FaultKind>;
  readonly hands?: MemberHands;
}

/** How often the members are asked who leads. */
const leaderPollMs = 250;

export class AttachedDeployment implements Deployment {
  readonly faults: ReadonlySet<FaultKind>;
  links: Links | null = null;
  private readonly o: AttachedDeploymentOptions;
  private readonly originNs = process.hrtime.bigint();
  private sink: Sink | null = null;
  private proxy: ProxyServer | null = null;
  private addresses: ReadonlyMap<string, string> = new Map();
  private poll: NodeJS.Timeout | null = null;
  private polling: Promise<void> = Promise.resolve();

  constructor(options: AttachedDeploymentOptions) {
    this.o = options;
    this.faults = options.faults;
  }

  trueUs(): number {
    return Number((process.hrtime.bigint() - this.originNs) / 1_000n);
  }

  async start(sink: Sink): Promise<void> {
    const { program, endpoints } = this.o;
    this.proxy = await startProxy();
    const links = await openLinks({ api: this.proxy.url });
    this.links = links;
    const specs = [];
    for (let client = 0; client < program.shape.clients; client++) {
      for (const [node, { url }] of endpoints.entries()) {
        specs.push({ name: this.linkOf(client, node), upstream: new URL(url).host });
      }
    }
    this.addresses = await links.create(specs);
    await this.watchLeader(sink);
    this.sink = sink;
    for (const node of endpoints.keys()) this.started(node);
  }

  openClient(client: number): LiveClient {
    const endpoints = this.o.endpoints.map((e, node) => {
      const url = new URL(e.url);
      url.host = this.addresses.get(this.linkOf(client, node)) ?? url.host;
      return { name: e.name, url: url.origin };
    });
    const session: Session = this.o.adapter.connect(endpoints, client, this.o.program.settings);
    return {
      start: (op, done) => session.start(op, done),
      close: () => session.close(),
    };
  }

  async crash(node: NodeId): Promise<void> {
    await this.o.hands?.crash(node);
  }

  async restart(node: NodeId): Promise<void> {
    const isUp = await this.o.hands?.restart(node);
    if (isUp === true) this.started(node);
  }

  async pause(node: NodeId): Promise<void> {
    await this.o.hands?.pause(node);
  }

  async resume(node: NodeId): Promise<void> {
    await this.o.hands?.resume(node);
  }

  /** Nothing inside a foreign member can be changed. */
  setFaults(): Promise<void> {
    return Promise.resolve();
  }

  /** A foreign member tells no figures. */
  counters(): Promise<NodeCounters> {
    return Promise.resolve({ sent: {}, links: {}, skewedReads: 0, delayedSyncs: 0, dropped: 0 });
  }

  logTail(): readonly string[] {
    return [];
  }

  async stop(): Promise<readonly string[]> {
    if (this.poll !== null) clearInterval(this.poll);
    await this.polling;
    await this.links?.close();
    await this.proxy?.[Symbol.asyncDispose]();
    return [];
  }

  /** A foreign member says nothing of itself: that it runs is what its hands or its answers showed. */
  private started(node: NodeId): void {
    this.sink?.event({ type: 'node', timeUs: this.trueUs(), node, change: 'started' });
  }

  private linkOf(client: number, node: NodeId): string {
    const { shape } = this.o.program;
    return linkName(shape, shape.nodes.length + client, node);
  }

  /** The members' own word on who leads becomes the observation that roles are resolved from. */
  private async watchLeader(sink: Sink): Promise<void> {
    const { adapter, endpoints } = this.o;
    if (adapter.leader === undefined) return;
    let last = '';
    const ask = async (): Promise<void> => {
      const leader = (await adapter.leader?.(endpoints)) ?? null;
      if (leader === null || last === `${leader.node} ${leader.term}`) return;
      last = `${leader.node} ${leader.term}`;
      const value = { kind: 'role', role: 'leader', term: leader.term } as const;
      sink.event({ type: 'observe', timeUs: this.trueUs(), node: leader.node, value });
    };
    await ask();
    let isAsking = false;
    this.poll = setInterval(() => {
      if (isAsking) return;
      isAsking = true;
      this.polling = ask().finally(() => {
        isAsking = false;
      });
    }, leaderPollMs);
  }
}
