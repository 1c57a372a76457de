/** A cluster of containers, one a node, or of services of a swarm; every directed link through a real Toxiproxy. */
import { randomBytes } from 'node:crypto';
import { HarnessError } from '../core/errors.ts';
import { kindsWith } from '../faults/kinds.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { ProcessState } from '../faults/overlap.ts';
import type { NodeId } from '../core/host.ts';
import { clientId } from '../core/program.ts';
import type { Program } from '../core/program.ts';
import type { MachineForm } from '../core/system.ts';
import type { Links } from '../links/links.ts';
import { openLinks } from '../links/toxiproxy-links.ts';
import { ClientHost } from '../host/client-host.ts';
import { runClock } from '../host/clock.ts';
import type { ControlRequest, NodeCounters } from '../host/control-protocol.ts';
import type { Probed, ProbeRequest } from '../host/probe.ts';
import type { Address, Launch } from '../host/launch.ts';
import type { Deployment, RealtimeClient, Sink } from '../realtime/deployment.ts';
import { hostName } from '../realtime/link-names.ts';
import { getCounters, postFaults, postProbe } from '../realtime/control-client.ts';
import { openEngine, reasonOf } from './engine.ts';
import type { Engine } from './engine.ts';
import { nodeImage, toxiproxyImage } from './images.ts';
import type { ImageSettings } from './images.ts';
import { planLinks, ports } from './link-plan.ts';
import type { PlannedLink } from './link-plan.ts';
import { nodeBoots } from './node-boots.ts';
import { NodeContainer } from './node-container.ts';
import { openSwarm } from './swarm.ts';
import type { Swarm } from './swarm.ts';
import { openRunCleanup } from './run-cleanup.ts';
import type { RunCleanup } from './run-cleanup.ts';
import { createNetworks } from './networks.ts';
import { createVolume, removeRun } from './resources.ts';
import { startToxiproxy } from './toxiproxy.ts';
import type { Toxiproxy } from './toxiproxy.ts';

/** Stamps may be ahead of our clock by what reading it takes, never by this. */
const clockSlackUs = 1_000_000;
/** What each node is on the engine. */
export type NodeForm = 'containers' | 'services';

export class ContainerDeployment implements Deployment {
  readonly faults = kindsWith((k) => k.inject !== undefined && k.by === undefined);
  links: Links | null = null;
  readonly trueUs: () => number;
  readonly run = randomBytes(5).toString('hex');
  private readonly machine: MachineForm;
  private readonly program: Program;
  private readonly images: ImageSettings;
  private readonly plan: readonly PlannedLink[];
  private readonly originNs = process.hrtime.bigint();
  private readonly form: NodeForm;
  private swarm: Swarm | null = null;
  private engine: Engine | null = null;
  private cleanup: RunCleanup | null = null;
  private toxiproxy: Toxiproxy | null = null;
  private nodes: readonly NodeContainer[] = [];
  private sink: Sink | null = null;
  /** Ends when bringing up has ended, well or not. */
  private starting: Promise<unknown> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    machine: MachineForm,
    program: Program,
    images: ImageSettings,
    form: NodeForm = 'containers',
  ) {
    this.machine = machine;
    this.program = program;
    this.images = images;
    this.form = form;
    this.plan = planLinks(program.shape);
    this.trueUs = runClock(this.originNs);
  }

  async start(sink: Sink): Promise<void> {
    this.sink = sink;
    const starting = this.bringUp();
    this.starting = starting.catch(() => undefined);
    await starting;
  }

  openClient(client: number): RealtimeClient {
    const { shape, settings, noiseSeed } = this.program;
    const id = clientId(shape, client);
    const session = new ClientHost({
      run: this.run,
      machine: this.machine,
      config: { id, shape, settings },
      peers: this.peersOf(id),
      trueUs: this.trueUs,
      seed: noiseSeed,
      onEvent: (e) => this.sink?.event(e),
      onFailed: (e) => this.failed(e),
    });
    session.begin();
    return session;
  }

  crash(node: NodeId): Promise<void> {
    return this.theNode(node).kill();
  }

  shutDown(node: NodeId): Promise<void> {
    return this.theNode(node).shutDown();
  }

  restart(node: NodeId): Promise<void> {
    return this.theNode(node).restart();
  }

  pause(node: NodeId): Promise<void> {
    return this.theNode(node).pause();
  }

  resume(node: NodeId): Promise<void> {
    return this.theNode(node).resume();
  }

  setFaults(node: NodeId, request: ControlRequest): Promise<void> {
    return postFaults(this.controlAddress(node), this.run, request);
  }

  counters(node: NodeId): Promise<NodeCounters> {
    return getCounters(this.controlAddress(node), this.run);
  }

  standing(node: NodeId): Promise<ProcessState | null> {
    return this.theNode(node).standing();
  }

  probe(node: NodeId, request: ProbeRequest): Promise<readonly Probed[]> {
    return postProbe(this.controlAddress(node), this.run, request);
  }

  logTail(node: NodeId): readonly string[] {
    return this.nodes[node]?.tail ?? [];
  }

  async stop(): Promise<readonly string[]> {
    this.stopping.abort(new Error('stopped while it was being brought up'));
    for (const node of this.nodes) node.forget();
    // What is being made while everything is removed would stay.
    await this.starting;
    const left = await this.remove();
    await this.cleanup?.end(left.length === 0);
    return left;
  }

  private controlAddress(node: NodeId): Address {
    return this.dialOf(this.plan.find((l) => l.from === null && l.to === node));
  }

  private async remove(): Promise<readonly string[]> {
    if (this.engine === null) return [];
    try {
      return await removeRun(this.engine, this.run);
    } catch (e) {
      const what = `containers, networks and volumes of run ${this.run}`;
      // That the engine is gone has been said already, by what needed it first.
      const isLost = e instanceof HarnessError && e.code === 'E_DOCKER_LOST';
      return [isLost ? what : `${what}: ${reasonOf(e)}`];
    }
  }

  private async bringUp(): Promise<void> {
    const { signal } = this.stopping;
    const engine = await openEngine(signal);
    this.engine = engine;
    if (this.form === 'services') this.swarm = await openSwarm(engine, this.program.shape);
    const [node, toxiproxy] = await Promise.all([
      nodeImage(engine, this.machine.entry, this.images, signal),
      toxiproxyImage(engine, this.images, signal),
    ]);
    signal.throwIfAborted();
    this.cleanup = await openRunCleanup(engine, this.run);
    await this.createNetworks(engine);
    signal.throwIfAborted();
    this.toxiproxy = await startToxiproxy({
      engine,
      run: this.run,
      image: toxiproxy,
      network: this.nameOf('edge'),
      nodeNetworks: this.program.shape.nodes.map((n) => this.nameOf(n.name)),
      publishedPorts: this.plan.filter((l) => l.isPublished).map((l) => l.port),
      seed: this.program.noiseSeed,
      onEnded: (e) => this.failed(e),
    });
    signal.throwIfAborted();
    const links = await openLinks({ api: this.toxiproxy.api });
    this.links = links;
    await links.create(
      this.plan.map((l) => ({ name: l.name, listen: `0.0.0.0:${l.port}`, upstream: l.upstream })),
    );
    this.nodes = this.program.shape.nodes.map((_, id) => this.makeNode(engine, id, node));
    signal.throwIfAborted();
    await allTried(this.nodes.map((n) => n.create()));
  }

  private async createNetworks(engine: Engine): Promise<void> {
    const names = this.program.shape.nodes.map((n) => this.nameOf(n.name));
    await createNetworks(engine, this.run, [
      { name: this.nameOf('edge'), isPublished: true },
      ...names.map((name) => ({ name, isPublished: false, isOverlay: this.swarm !== null })),
    ]);
    await allTried(names.map((name) => createVolume(engine, this.run, name)));
  }

  private makeNode(
    engine: Engine,
    id: NodeId,
    program: { readonly image: string; readonly command: readonly string[] },
  ): NodeContainer {
    const { shape, settings, noiseSeed } = this.program;
    const name = this.nameOf(hostName(shape, id));
    const startUs = this.trueUs();
    const launch: Launch = {
      run: this.run,
      config: { id, shape, settings },
      dataDir: '/data',
      listen: { host: '0.0.0.0', port: ports.nodeListen },
      http: { host: '0.0.0.0', port: ports.nodeHttp },
      peers: this.peersOf(id),
      originNs: String(this.originNs),
      seed: noiseSeed,
      // Nobody holds its input: the watchdog removes what outlives the harness.
      endsWithStdin: false,
    };
    const { signal } = this.stopping;
    return new NodeContainer({
      name,
      boots: nodeBoots({ engine, swarm: this.swarm, name, ...program, launch, signal }),
      onEvent: (e) => this.event(e, startUs),
      onExit: (reason) => this.sink?.exited(id, reason),
      onFailed: (e) => this.failed(e),
    });
  }

  /** Passes an event on, if its stamp is of the clock that everything here goes by. */
  private event(e: HistoryEvent, startUs: number): void {
    if (e.timeUs < startUs || e.timeUs > this.trueUs() + clockSlackUs) {
      const at = this.engine?.address ?? '';
      this.failed(
        new HarnessError(
          'E_NO_DOCKER',
          `the engine at ${at} runs on another clock than this machine (a node ` +
            `says ${e.timeUs} µs, the run is at ${this.trueUs()} µs), wanted one on the same ` +
            'kernel. Use an engine of this machine, or --env processes.',
        ),
      );
      return;
    }
    this.sink?.event(e);
  }

  /** Where `from` dials every node: the proxies of its own links. */
  private peersOf(from: NodeId): Record<NodeId, Address> {
    const own = this.plan.filter((l) => l.from === from);
    return Object.fromEntries(own.map((l): [NodeId, Address] => [l.to, this.dialOf(l)]));
  }

  /** Where a link is dialled: from this machine, or from the network of the node that dials. */
  private dialOf(link: PlannedLink | undefined): Address {
    const { toxiproxy } = this;
    if (link === undefined || toxiproxy === null) throw new Error('the links are not up');
    if (link.isPublished) return { host: '127.0.0.1', port: toxiproxy.published(link.port) };
    return { host: toxiproxy.addresses[link.from ?? 0] ?? '', port: link.port };
  }

  private nameOf(part: string): string {
    return `antlion-${this.run}-${part}`;
  }

  private failed(e: unknown): void {
    if (!this.stopping.signal.aborted)
      this.sink?.failed(e instanceof Error ? e : new Error(reasonOf(e)));
  }

  private theNode(node: NodeId): NodeContainer {
    const container = this.nodes[node];
    if (container === undefined) throw new RangeError(`no node ${node}`);
    return container;
  }
}

/** Waits for all, then throws the first failure: what is still being made cannot be removed. */
async function allTried(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
