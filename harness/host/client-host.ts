/**
 * A workload client in the harness process: the system's client components on the same host and
 * transport as a node's, stamped by the same clock.
 */
import type { HistoryEvent } from '../core/history.ts';
import { Prng } from '../core/prng.ts';
import type { Operation } from '../core/program.ts';
import type { MachineForm, NodeConfig, Outcome, Session } from '../core/system.ts';
import { NodeClock } from './clock.ts';
import { LinkFilter } from './message-faults.ts';
import type { NodeCounters } from './control-protocol.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import { Host } from './host.ts';
import type { Address } from './launch.ts';
import { Outbox } from './outbox.ts';
import { askProbes } from './probe.ts';
import type { Probed, ProbeRequest } from './probe.ts';
import { Transport } from './transport.ts';

export interface ClientHostOptions {
  readonly run: string;
  readonly machine: MachineForm;
  /** `id` is the client's, at least the number of nodes. */
  readonly config: NodeConfig;
  /** Per node the address to dial: the proxy of the link `client->node`. */
  readonly peers: Readonly<Record<number, Address>>;
  readonly trueUs: () => number;
  readonly seed: number;
  readonly onEvent: (e: HistoryEvent) => void;
  readonly onFailed: (error: unknown) => void;
}

export class ClientHost implements Session {
  private readonly o: ClientHostOptions;
  private readonly host: Host;
  private readonly transport: Transport;
  private readonly held = new Set<NodeJS.Timeout>();
  private readonly callLane: number;
  private readonly filter: LinkFilter;

  constructor(options: ClientHostOptions) {
    this.o = options;
    const { machine, config, trueUs, onEvent } = options;
    const lanes = machine.client(config);
    const random = new Prng(options.seed).fork(config.id);
    this.callLane = machine.callLane;
    this.filter = new LinkFilter(random.fork('filter'), (delayUs, f) => this.later(delayUs, f));
    this.transport = new Transport({
      run: options.run,
      self: config.id,
      nodes: config.shape.nodes.length,
      lanes: lanes.length,
      peers: options.peers,
      filter: this.filter,
      outbox: new Outbox(),
      onMessage: (from, lane, m) => this.host.message(from, lane, m),
    });
    this.host = new Host({
      self: config.id,
      lanes,
      clock: new NodeClock(trueUs),
      random: random.fork('node'),
      // A client never restarts: its log need not outlive it.
      append: (lane, index) => setImmediate(() => this.host.synced(lane, index)),
      send: (to, lane, m) => this.transport.send(to, lane, m),
      observe: (_lane, e) => {
        onEvent({ type: 'observe', timeUs: trueUs(), node: config.id, value: e });
      },
      stall: (lateUs) => onEvent({ type: 'stall', timeUs: trueUs(), node: config.id, lateUs }),
      failed: options.onFailed,
    });
  }

  begin(): void {
    this.host.start([]);
  }

  /** Messages sent and changed by faults so far, by node. */
  counters(): Pick<NodeCounters, 'sent' | 'links'> {
    return {
      sent: Object.fromEntries(this.transport.sent),
      links: Object.fromEntries(this.filter.counters),
    };
  }

  /** Asks nodes on the client's own links. */
  probe(request: ProbeRequest): Promise<readonly Probed[]> {
    const { run, config, peers, trueUs } = this.o;
    const onOpen = (to: number, frame: Buffer): number | null => this.transport.ask(to, frame);
    const addressOf = (to: number): Address | undefined => peers[to];
    return askProbes({ run, from: config.id, addressOf, onOpen, trueUs }, request);
  }

  start(op: Operation, done: (outcome: Outcome) => void): void {
    const { f, key, value } = op;
    this.host.call(this.callLane, { f, key, value }, (v) => done(v as unknown as Outcome));
  }

  /** Puts message-level faults in force on the client's own links. */
  setFaults(faults: Readonly<Record<number, MessageFaults>>): void {
    this.filter.set(new Map(Object.entries(faults).map(([to, f]) => [Number(to), f])));
  }

  close(): void {
    this.host.stop();
    for (const t of this.held) clearTimeout(t);
    this.transport.close();
  }

  private later(delayUs: number, f: () => void): void {
    const t = setTimeout(
      () => {
        this.held.delete(t);
        f();
      },
      Math.ceil(delayUs / 1_000),
    );
    this.held.add(t);
  }
}
