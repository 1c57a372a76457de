/** A cluster of local processes: one a node, every directed link through the embedded proxy. */
import { rm } from 'node:fs/promises';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { needingFolder } from '../cleanup/needed-folder.ts';
import { HarnessError } from '../core/errors.ts';
import { kindsWith } from '../faults/kinds.ts';
import { standingOfProcess } from '../realtime/standing.ts';
import type { ProcessState } from '../faults/overlap.ts';
import type { NodeId } from '../core/host.ts';
import { clientId, nodeCount } from '../core/program.ts';
import type { Program } from '../core/program.ts';
import type { MachineForm } from '../core/system.ts';
import type { Links } from '../links/links.ts';
import { embeddedUsMax } from '../links/links.ts';
import { openLinks } from '../links/toxiproxy-links.ts';
import { ClientHost } from '../host/client-host.ts';
import { runClock } from '../host/clock.ts';
import type { ControlRequest, NodeCounters } from '../host/control-protocol.ts';
import type { Probed, ProbeRequest } from '../host/probe.ts';
import type { Address, Launch } from '../host/launch.ts';
import { nodeExit } from '../host/node.ts';
import { bundle, isTypeScript } from '../realtime/bundle.ts';
import type { Deployment, RealtimeClient, Sink } from '../realtime/deployment.ts';
import { dialledLinks, hostName, linkName } from '../realtime/link-names.ts';
import { getCounters, postFaults, postProbe } from '../realtime/control-client.ts';
import { startProxy } from '../proxy/server.ts';
import type { ProxyServer } from '../proxy/server.ts';
import { NodeChild } from './node-child.ts';
import { OwnDisks } from './node-disks.ts';
import { freePorts } from '../host/ports.ts';
import { ProcessCleanup } from './process-cleanup.ts';
import { watchRoom } from './room-watch.ts';

export interface ProcessesOptions {
  /** Keep the run folder (logs and data of every node) and say where it is. */
  readonly onKept?: (folder: string) => void;
  /**
   * First of the ports, in order of the nodes: one a node for HTTP, then one each for the others to dial;
   * default: any that are free.
   */
  readonly firstPort?: number;
  /** Nodes keep their data below it, and it stays; default: in the run folder, which is removed. */
  readonly dataFolder?: string;
  /** Called with the HTTP address of every node, in order, once all were launched. */
  readonly onUp?: (urls: readonly string[]) => void;
}

const host = '127.0.0.1';
export class ProcessDeployment implements Deployment {
  readonly faults = kindsWith((k) => k.inject !== undefined && k.by !== 'our-packets');
  links: Links | null = null;
  disks: OwnDisks | null = null;
  readonly trueUs: () => number;
  private readonly machine: MachineForm;
  private readonly program: Program;
  private readonly o: ProcessesOptions;
  private readonly originNs = process.hrtime.bigint();
  private folder: string | null = null;
  private cleanup: ProcessCleanup | null = null;
  private proxy: ProxyServer | null = null;
  private nodes: readonly NodeChild[] = [];
  private httpPorts: readonly number[] = [];
  private dialled: ReadonlyMap<string, string> = new Map();
  private sink: Sink | null = null;
  private endRoomWatch = (): void => undefined;
  /** Ends when bringing up has ended, well or not. */
  private starting: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(machine: MachineForm, program: Program, options: ProcessesOptions) {
    this.machine = machine;
    this.program = program;
    this.o = options;
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
      run: this.runName(),
      machine: this.machine,
      config: { id, shape, settings },
      peers: this.peersOf(id),
      trueUs: this.trueUs,
      seed: noiseSeed,
      onEvent: (e) => this.sink?.event(e),
      onFailed: (e) => this.sink?.failed(e instanceof Error ? e : new Error(String(e))),
    });
    session.begin();
    return session;
  }

  async crash(node: NodeId): Promise<void> {
    const kill = (): Promise<void> => this.theNode(node).kill();
    await (this.disks?.losePower(node, kill) ?? kill());
  }

  async shutDown(node: NodeId): Promise<void> {
    await this.theNode(node).shutDown();
  }

  async restart(node: NodeId, version: string | null = null): Promise<void> {
    await this.theNode(node).start(version);
  }

  pause(node: NodeId): Promise<void> {
    this.theNode(node).pause();
    return Promise.resolve();
  }

  resume(node: NodeId): Promise<void> {
    this.theNode(node).resume();
    return Promise.resolve();
  }

  setFaults(node: NodeId, request: ControlRequest): Promise<void> {
    return postFaults(this.controlAddress(node), this.runName(), request);
  }

  counters(node: NodeId): Promise<NodeCounters> {
    return getCounters(this.controlAddress(node), this.runName());
  }

  get versions(): readonly string[] {
    return this.machine.versions ?? [];
  }

  async versionTold(node: NodeId): Promise<string | null> {
    const { version } = await this.counters(node);
    return version ?? null;
  }

  standing(node: NodeId): Promise<ProcessState | null> {
    return Promise.resolve(standingOfProcess(this.theNode(node).pid));
  }

  pidOf(node: NodeId): number | null {
    return this.theNode(node).pid;
  }

  probe(node: NodeId, request: ProbeRequest): Promise<readonly Probed[]> {
    return postProbe(this.controlAddress(node), this.runName(), request);
  }

  logTail(node: NodeId): readonly string[] {
    return this.nodes[node]?.tail ?? [];
  }

  async stop(): Promise<readonly string[]> {
    this.isStopping = true;
    await this.starting;
    this.endRoomWatch();
    const left: string[] = [];
    const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      await work().catch((e: unknown) => {
        left.push(`${what}: ${e instanceof Error ? e.message : String(e)}`);
      });
    };
    await Promise.all(
      this.nodes.map((node, id) => attempt(hostName(this.program.shape, id), () => node.stop())),
    );
    for (const node of this.nodes) if (node.pid !== null) left.push(`process ${node.pid}`);
    await attempt('disks', async () => this.disks?.[Symbol.asyncDispose]());
    await attempt('links', async () => this.links?.close());
    await attempt('proxy', async () => this.proxy?.[Symbol.asyncDispose]());
    if (this.folder !== null) await attempt(this.folder, () => this.removeFolder());
    await attempt('watchdog', async () => this.cleanup?.end(left.length === 0));
    return left;
  }

  private async bringUp(): Promise<void> {
    const { shape } = this.program;
    if (!existsSync(this.machine.entry)) {
      throw new HarnessError(
        'E_NOT_BUILT',
        `${this.machine.entry} does not exist, wanted the compiled node program. Run: npm run build`,
      );
    }
    this.cleanup = await ProcessCleanup.open();
    this.folder = this.cleanup.folder;
    this.endRoomWatch = watchRoom(this.folder, (e) => this.sink?.failed(e));
    // Stopped meanwhile: the rest would only be taken down.
    if (this.isStopping) return;
    const ports = await this.choosePorts(2 * nodeCount(shape));
    this.httpPorts = ports.slice(0, nodeCount(shape));
    const listenPorts = ports.slice(nodeCount(shape));
    this.proxy = await startProxy({ seed: this.program.noiseSeed });
    const links = await openLinks({ api: this.proxy.url, timeoutUs: embeddedUsMax });
    this.links = links;
    this.dialled = await links.create(
      dialledLinks(shape).map(([from, to]) => ({
        name: linkName(shape, from, to),
        upstream: `${host}:${listenPorts[to]}`,
      })),
    );
    const entry = await this.runnableEntry(this.folder);
    // Stopped meanwhile: what is launched now would outlive the run.
    if (this.isStopping) return;
    const folders = shape.nodes.map((_, id) => this.dataOf(id));
    this.disks = await OwnDisks.open({
      faults: this.program.faults,
      folders,
      folder: this.folder,
      journal: this.cleanup.journal,
    });
    if (this.isStopping) return;
    this.nodes = shape.nodes.map((_, id) => this.makeNode(id, listenPorts[id] ?? 0, entry));
    await Promise.all(this.nodes.map((node) => node.start()));
    this.o.onUp?.(this.httpPorts.map((port) => `http://${host}:${port}`));
  }

  /** The entry itself, or one file that was made of it where it is TypeScript. */
  private async runnableEntry(folder: string): Promise<string> {
    const { entry } = this.machine;
    if (!isTypeScript(entry)) return entry;
    const path = join(folder, 'main.mjs');
    const program = await bundle(entry);
    needingFolder(path, () => writeFileSync(path, program));
    return path;
  }

  private async removeFolder(): Promise<void> {
    if (this.folder === null) return;
    if (this.o.onKept !== undefined) this.o.onKept(this.folder);
    else await rm(this.folder, { recursive: true, force: true });
  }

  private async choosePorts(count: number): Promise<readonly number[]> {
    const first = this.o.firstPort;
    if (first === undefined) return freePorts(host, count);
    return Array.from({ length: count }, (_, i) => first + i);
  }

  private controlAddress(node: NodeId): Address {
    return { host, port: this.httpPorts[node] ?? 0 };
  }

  private makeNode(id: NodeId, port: number, entry: string): NodeChild {
    const folder = this.folder ?? '';
    const name = hostName(this.program.shape, id);
    return new NodeChild({
      name,
      entry,
      within: this.disks?.within ?? [],
      launch: this.launchOf(id, port, this.dataOf(id)),
      logPath: join(folder, `${name}.out`),
      onEvent: (e) => this.sink?.event(e),
      onSpawn: (pid) => this.cleanup?.addProcess(pid),
      onFailed: (e) => this.sink?.failed(e),
      onGone: (pid) => this.cleanup?.removeProcess(pid),
      onExit: (code, signal) => this.exited(id, port, code, signal),
    });
  }

  /** Made where it is not there. */
  private dataOf(id: NodeId): string {
    const name = hostName(this.program.shape, id);
    const data = join(this.o.dataFolder ?? this.folder ?? '', name);
    needingFolder(data, () => mkdirSync(data, { recursive: true }));
    return data;
  }

  private launchOf(id: NodeId, port: number, dataDir: string): Launch {
    const { shape, settings, noiseSeed } = this.program;
    const http = { host, port: this.httpPorts[id] ?? 0 };
    return {
      run: this.runName(),
      config: { id, shape, settings, address: http },
      dataDir,
      listen: { host, port },
      http,
      peers: this.peersOf(id),
      originNs: String(this.originNs),
      seed: noiseSeed,
      endsWithStdin: true,
    };
  }

  /** Where `from` dials every node: the proxies of its own links. */
  private peersOf(from: NodeId): Record<NodeId, Address> {
    const { shape } = this.program;
    const peers: Record<NodeId, Address> = {};
    for (let to = 0; to < nodeCount(shape); to++) {
      const address = this.dialled.get(linkName(shape, from, to));
      if (address === undefined) continue;
      const colon = address.lastIndexOf(':');
      peers[to] = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
    }
    return peers;
  }

  private exited(id: NodeId, port: number, code: number | null, signal: string | null): void {
    if (this.isStopping) return;
    const name = hostName(this.program.shape, id);
    if (code === nodeExit.portInUse) {
      this.sink?.failed(
        new HarnessError(
          'E_PORT_IN_USE',
          `${name} cannot listen: port ${port}, ${this.httpPorts[id]} or another one that it was told to use is taken, ` +
            'wanted free ones. Stop what listens there, or run again without a first port.',
        ),
      );
      return;
    }
    // The system kills by SIGKILL what it has no memory for, and says so to nobody but its log.
    const killer = signal === 'SIGKILL' ? ', sent by somebody else or for want of memory' : '';
    const why = signal === null ? `exit code ${code}` : `signal ${signal}${killer}`;
    this.sink?.exited(id, `${why}; last line: ${this.logTail(id).at(-1) ?? 'none'}`);
  }

  private runName(): string {
    return basename(this.folder ?? 'antlion-run');
  }

  private theNode(node: NodeId): NodeChild {
    const child = this.nodes[node];
    if (child === undefined) throw new RangeError(`no node ${node}`);
    return child;
  }
}
