/**
 * One node as a process: reads its logs, listens, runs its components, and says on standard output
 * what they observe. The entry point of a system calls `runNode` and nothing else.
 */
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ObservationEvent } from '../core/history.ts';
import type { Json, Lane, Msg, Rec } from '../core/host.ts';
import { limits } from '../core/limits.ts';
import { Prng } from '../core/prng.ts';
import type { LaneSpec, NodeConfig } from '../core/system.ts';
import { NodeClock, runClock } from './clock.ts';
import { ConnectionGate } from './connection-gate.ts';
import { noFaults } from './control-protocol.ts';
import type { NodeCounters, NodeFaults } from './control-protocol.ts';
import { LinkFilter } from './message-faults.ts';
import { Host } from './host.ts';
import type { Launch } from './launch.ts';
import { Lines, nodeLogger, observationLine } from './lines.ts';
import { LogFile } from './log-file.ts';
import { serveHttp } from './node-http.ts';
import type { HttpApi } from './node-http.ts';
import { Outbox } from './outbox.ts';
import { askProbes, ProbeAnswers } from './probe.ts';
import { Transport } from './transport.ts';

/** Why a node process ended, by exit code. */
export const nodeExit = {
  stopped: 0,
  bug: 70,
  diskFailed: 74,
  badLaunch: 78,
  portInUse: 98,
  orphaned: 99,
} as const;

/** What is answered when the components have stopped has so long to leave, ms. */
const answersMsMax = 500;

/** What an HTTP API may do with the node it belongs to. */
export interface NodeHandle {
  readonly config: NodeConfig;
  /** True time of the run, µs. */
  trueUs(): number;
  /** The components are asked nothing any more. */
  readonly hasStopped: boolean;
  /** Asks a lane. Resolves to its reply, or to null when there was none within `timeoutUs`, or until the node stopped. */
  call(
    lane: Lane,
    request: { readonly f: string; readonly key: string; readonly value: Json },
    timeoutUs: number,
  ): Promise<Json>;
  /** Tells what the node observes from now on, as it is recorded. */
  onObserve(listener: (e: ObservationEvent) => void): void;
}

export interface RunNodeOptions {
  /** The routes of the node's own HTTP API. */
  readonly api?: (node: NodeHandle) => HttpApi;
}

/** Runs until SIGTERM, a failed disk or the end of the harness; the process ends with `nodeExit`. */
export async function runNode(
  launch: Launch,
  lanes: (config: NodeConfig) => readonly LaneSpec[],
  options: RunNodeOptions = {},
): Promise<void> {
  const clock = new NodeClock(runClock(BigInt(launch.originNs)));
  const lines = new Lines();
  const log = nodeLogger(launch.config.id, () => clock.trueUs(), lines);
  process.on('uncaughtException', (e) => die(log, 'bug', e));
  // A front may listen, too.
  process.on('unhandledRejection', (e) => die(log, isPortInUse(e) ? 'portInUse' : 'bug', e));
  if (launch.endsWithStdin) endWithStdin();
  const node = new NodeProcess(launch, lanes(launch.config), clock, { lines, log });
  process.once('SIGTERM', () => void node.stop());
  await node.start(options).catch((e: unknown) => {
    die(log, isPortInUse(e) ? 'portInUse' : 'diskFailed', e);
  });
}

class NodeProcess {
  private readonly launch: Launch;
  private readonly lanes: readonly LaneSpec[];
  private readonly clock: NodeClock;
  private readonly log: Logger;
  private readonly filter: LinkFilter;
  private readonly outbox: Outbox;
  private readonly transport: Transport;
  private readonly host: Host;
  private files: readonly LogFile[] = [];
  private http: Server | null = null;
  private faults: NodeFaults = noFaults;
  private readonly listeners: ((e: ObservationEvent) => void)[] = [];
  private readonly gate = new ConnectionGate();
  private delayedSyncs = 0;
  private slowestSyncUs = 0;
  /** How often the disk was found in trouble. */
  private readonly troubled = { full: 0, fails: 0, lies: 0 };
  private readonly probes: ProbeAnswers;
  /** Ends the calls that are open, without a reply. */
  private readonly open = new Set<() => void>();
  private hasStopped = false;
  /** All is said before the end. */
  private said: () => void = () => undefined;

  constructor(
    launch: Launch,
    lanes: readonly LaneSpec[],
    clock: NodeClock,
    { lines, log }: { readonly lines: Lines; readonly log: Logger },
  ) {
    this.launch = launch;
    this.lanes = lanes;
    this.clock = clock;
    this.log = log;
    const { id, shape } = launch.config;
    // The instant of the start, too: numbers drawn in an earlier boot must not come again.
    const random = new Prng(launch.seed).fork(id).fork(clock.trueUs());
    this.filter = new LinkFilter(random.fork('filter'), (delayUs, f) => {
      setTimeout(f, Math.ceil(delayUs / 1_000));
    });
    this.outbox = new Outbox(() => lines.flush());
    this.probes = new ProbeAnswers(launch.run, () => clock.trueUs());
    this.transport = new Transport({
      run: launch.run,
      self: id,
      nodes: shape.nodes.length,
      lanes: lanes.length,
      peers: launch.peers,
      filter: this.filter,
      outbox: this.outbox,
      textOf: (lane, m) => this.textOf(lane, m),
      onMessage: (from, lane, m) => this.host.message(from, lane, m),
      probes: this.probes,
      gate: this.gate,
    });
    this.host = new Host({
      self: id,
      lanes,
      clock,
      random: random.fork('node'),
      append: (lane, index, record) => this.files[lane]?.append(index, record),
      forget: (lane, before) => this.files[lane]?.forget(before),
      send: (to, lane, m) => this.transport.send(to, lane, m),
      observe: (lane, e) => {
        const of = { node: id, lane: lanes[lane]?.name ?? '', timeUs: clock.trueUs() };
        lines.add(observationLine(e, of));
        const { timeUs } = of;
        for (const tell of this.listeners) tell({ type: 'observe', timeUs, node: id, value: e });
      },
      stall: (lateUs, waitedUs) => log.warn({ lateUs, waitedUs }, 'stall'),
      failed: (e) => die(log, 'bug', e),
      gathered: () => this.outbox.flush(),
      stopped: () => this.said(),
    });
  }

  async start(options: RunNodeOptions): Promise<void> {
    const records = await this.openLogs();
    // Before anything is said: a port in use must not look like a node that started.
    await this.transport.listen(this.launch.listen);
    await this.openHttp(options);
    const { version } = this.launch.config;
    this.log.info({ records: records.map((r) => r.length), version }, 'started');
    this.host.start(records);
  }

  /** A clean end: the components say goodbye, for a bounded time; what was appended is synced. */
  async stop(): Promise<void> {
    const { http } = this;
    const isAnswered = new Promise((resolve) => (http === null ? resolve(0) : http.close(resolve)));
    await this.goodbye();
    this.host.stop();
    this.hasStopped = true;
    for (const end of this.open) end();
    this.transport.close();
    await Promise.race([isAnswered, new Promise((late) => setTimeout(late, answersMsMax))]);
    http?.closeAllConnections();
    for (const file of this.files) await file.close();
    this.log.info('stopped');
    process.exit(nodeExit.stopped);
  }

  /** Questions that are open are answered meanwhile; new connections are refused. */
  private async goodbye(): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.said = resolve;
      late = setTimeout(resolve, limits.stopUs / 1_000);
      this.host.sayGoodbye();
    });
    clearTimeout(late);
  }

  private async openLogs(): Promise<(readonly Rec[])[]> {
    await mkdir(this.launch.dataDir, { recursive: true });
    const opened = await Promise.all(this.lanes.map((l, lane) => this.openLog(l.name, lane)));
    this.files = opened.map((o) => o.log);
    return opened.map((o) => o.records);
  }

  private async openLog(name: string, lane: Lane): ReturnType<typeof LogFile.open> {
    const opened = await LogFile.open(join(this.launch.dataDir, `${name}.log`), {
      onSynced: (index, tookUs) => {
        this.slowestSyncUs = Math.max(this.slowestSyncUs, tookUs);
        this.host.synced(lane, index);
      },
      onFailed: (e) => die(this.log, 'diskFailed', e),
      textOf: (record) => this.textOf(lane, record),
      syncDelayUs: () => {
        if (this.faults.syncDelayUs > 0) this.delayedSyncs += 1;
        return this.faults.syncDelayUs;
      },
      trouble: () => {
        const [trouble = null] = this.faults.troubles;
        if (trouble !== null) this.troubled[trouble] += 1;
        return trouble;
      },
    });
    if (opened.tornBytes > 0) this.log.warn({ name, bytes: opened.tornBytes }, 'torn tail cut off');
    return opened;
  }

  private async openHttp({ api }: RunNodeOptions): Promise<void> {
    if (this.launch.http === null) return;
    this.http = await serveHttp(this.launch.http, {
      run: this.launch.run,
      control: {
        setFaults: (faults) => this.setFaults(faults),
        counters: () => this.counters(),
        probe: (request) =>
          askProbes(
            {
              run: this.launch.run,
              from: this.launch.config.id,
              addressOf: (to) => this.launch.peers[to],
              mayOpen: () => this.gate.opens,
              onOpen: (to, frame) => this.transport.ask(to, frame),
              trueUs: () => this.clock.trueUs(),
            },
            request,
          ),
      },
      ...(api !== undefined && { api: api(this.handle()) }),
    });
  }

  private textOf(lane: Lane, value: Msg | Rec): string {
    return this.lanes[lane]?.component.text?.(value) ?? JSON.stringify(value);
  }

  private setFaults(faults: NodeFaults): void {
    const was = this.faults;
    this.faults = faults;
    this.gate.troubles = faults.connections;
    this.slowestSyncUs = 0;
    for (const file of this.files) file.faultsChanged();
    this.filter.set(new Map(Object.entries(faults.links).map(([to, f]) => [Number(to), f])));
    if (was.clock.jumpUs !== faults.clock.jumpUs || was.clock.driftPpm !== faults.clock.driftPpm) {
      this.clock.skew(faults.clock);
      this.host.reckonTimers();
    }
  }

  private counters(): NodeCounters {
    return {
      sent: Object.fromEntries(this.transport.sent),
      links: Object.fromEntries(this.filter.counters),
      skewedReads: this.clock.skewedReads,
      delayedSyncs: this.delayedSyncs,
      dropped: this.transport.dropped,
      failedSyncs: this.troubled.fails,
      falseSyncs: this.troubled.lies,
      refusedWrites: this.troubled.full,
      refusedConnections: this.gate.refused,
      probes: this.probes.arrivals,
      clock: this.clock.reading(),
      version: this.launch.config.version ?? '',
      slowestSyncUs: Math.max(this.slowestSyncUs, ...this.files.map((f) => f.busyUs)),
    };
  }

  private handle(): NodeHandle {
    const hasStopped = (): boolean => this.hasStopped;
    return {
      onObserve: (listener) => void this.listeners.push(listener),
      config: this.launch.config,
      get hasStopped() {
        return hasStopped();
      },
      trueUs: () => this.clock.trueUs(),
      call: (lane, request, timeoutUs) => this.call(lane, request, timeoutUs),
    };
  }

  private call(
    lane: Lane,
    request: Parameters<NodeHandle['call']>[1],
    timeoutUs: number,
  ): Promise<Json> {
    if (this.hasStopped) return Promise.resolve(null);
    return new Promise((resolve) => {
      const end = (): void => {
        forget();
        clearTimeout(timeout);
        this.open.delete(end);
        resolve(null);
      };
      const timeout = setTimeout(end, timeoutUs / 1_000);
      this.open.add(end);
      const forget = this.host.call(lane, request, (v) => {
        clearTimeout(timeout);
        this.open.delete(end);
        this.outbox.answer(() => resolve(v));
      });
    });
  }
}

function isPortInUse(e: unknown): boolean {
  return e instanceof Error && 'code' in e && e.code === 'EADDRINUSE';
}

/** The harness holds the other end of the pipe: when it goes, however it goes, so does the node. */
function endWithStdin(): void {
  process.stdin.on('end', () => process.exit(nodeExit.orphaned));
  process.stdin.on('error', () => process.exit(nodeExit.orphaned));
  process.stdin.resume();
}

function die(log: Logger, why: keyof typeof nodeExit, e: unknown): never {
  log.fatal({ err: e }, why);
  process.exit(nodeExit[why]);
}
