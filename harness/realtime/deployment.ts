/**
 * What an environment with real parts can do: one interface for processes, containers and attached
 * systems. `run.ts` decides when; a deployment only does as it is told, and never twice at once for
 * one node.
 */
import type { FaultKind } from '../core/fault.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { Json, NodeId } from '../core/host.ts';
import type { Session } from '../core/system.ts';
import type { Links } from '../links/links.ts';
import type { ControlRequest, NodeCounters } from '../host/control-protocol.ts';
import type { Probed, ProbeRequest } from '../host/probe.ts';
import type { UserSpaceTrouble } from '../faults/disk-trouble.ts';
import type { MessageFaults, ProcessState } from '../faults/overlap.ts';

/** Where a deployment reports what happens by itself. May be called at any time until `stop` ended. */
export interface Sink {
  /** An event of a node or client, in the order of each node's output. */
  event(e: HistoryEvent): void;
  /** A node ended that was not told to; `reason` is for people. */
  exited(node: NodeId, reason: string): void;
  /** The run cannot go on: a lost daemon, a bug in a client. */
  failed(error: Error): void;
}

/** What disks in user space met, ever growing. */
export interface DiskFigures {
  readonly failedReads: number;
  readonly misplacedWrites: number;
}

/** Disks of nodes that are ours, and are there whatever becomes of the nodes. */
export interface NodeDisks {
  /** All that is wrong with it from now on, of what its node does not do to itself. */
  set(node: NodeId, troubles: readonly UserSpaceTrouble[]): Promise<void>;
  figures(node: NodeId): Promise<DiskFigures>;
  /**
   * Begins to look, by files of our own on its disk, whether it is in this trouble; to be called while it is not. `isMet`
   * may be asked any number of times.
   */
  trial(node: NodeId, trouble: UserSpaceTrouble): Promise<DiskTrial>;
}

export interface DiskTrial {
  /** Null: nobody can tell now. */
  isMet(): Promise<boolean | null>;
  end(): Promise<void>;
}

/** Who belongs to a system whose nodes go by what it says itself; `by` is another node, which is asked. */
export interface DeployedMembers {
  /** Whom it takes for members, of those that have started. Rejects when it does not answer. */
  told(by: NodeId): Promise<readonly NodeId[]>;
  /** What the system knows a node by, while it is a member. Rejects when it is not told. */
  known(node: NodeId, by: NodeId): Promise<Json>;
  /** Rejects when it is not said to be done; harmless when it was done before. */
  remove(member: Json, by: NodeId): Promise<void>;
  /** The same for taking it in again. */
  add(member: Json, by: NodeId): Promise<void>;
  /** Once it was taken in, and down: it starts with an empty disk, and is told of these members. */
  renew(node: NodeId, among: readonly NodeId[]): Promise<void>;
}

export interface Deployment {
  /** Kinds it can do; every other fault of a plan is listed as skipped. */
  readonly faults: ReadonlySet<FaultKind>;
  /** Why it cannot do some of the others, in words. Absent: there is no more to say. */
  readonly missing?: ReadonlyMap<FaultKind, string>;

  /** Links by `linkName`; null: there are none to inject faults into. Valid after `start`. */
  readonly links: Links | null;

  /** Do nodes answer each other on the connection on which they were asked? Absent: they do not. */
  readonly areLinksTwoWay?: boolean;

  /** Are messages of nodes disturbed as packets on their links? Absent: nodes do that themselves. */
  readonly areMessagesPackets?: boolean;

  /** Null or absent: data lies on the machine's own disk. Valid after `start`. */
  readonly disks?: NodeDisks | null;

  /** True time of the run, µs: the clock of all stamps. */
  trueUs(): number;

  /**
   * Brings links and nodes up; resolves once all nodes were launched, ready or not. Throws
   * `HarnessError` when that cannot be done; `stop` is called in any case.
   */
  start(sink: Sink): Promise<void>;

  /** Opens the session of a workload client, `client` 0…clients-1. */
  openClient(client: number): RealtimeClient;

  /**
   * Takes nodes for a fault and gives them back by the function returned; or says why they may not be
   * crashed or paused now. Absent: they always may.
   */
  reserve?(kind: 'crash' | 'pause', nodes: readonly NodeId[]): string | (() => void);

  /** Were its nodes there before the run, and stay? Absent: they go with it. */
  readonly areNodesForeign?: boolean;

  /** SIGKILL; resolves when the node is gone. */
  crash(node: NodeId): Promise<void>;
  /**
   * SIGTERM, and SIGKILL where that does not end the node within `limits.stopUs` and a second; resolves
   * when it is gone. Absent: it cannot be told to stop.
   */
  shutDown?(node: NodeId): Promise<void>;
  /** Launches a crashed node again, from its disk, as one of `versions`; otherwise as what the run began with. */
  restart(node: NodeId, version?: string | null): Promise<void>;
  /** Of its program, beside the usual one, by name. Absent: nodes cannot be started as another. */
  readonly versions?: readonly string[];
  /** What a node says that it is; null: it cannot be asked now. With `versions`. */
  versionTold?(node: NodeId): Promise<string | null>;
  /** Absent: who is a member is changed by an operation of a client, or not at all. */
  readonly members?: DeployedMembers;
  pause(node: NodeId): Promise<void>;
  resume(node: NodeId): Promise<void>;

  /**
   * Puts message, clock and disk faults in force. Rejects when the node does not answer in time, or
   * had a request with a later number.
   */
  setFaults(node: NodeId, request: ControlRequest): Promise<void>;
  /** The node's figures; asking changes nothing. Rejects when it does not answer in time. */
  counters(node: NodeId): Promise<NodeCounters>;

  /** A node of ours asks others on its own links. Rejects when it does not answer in time. Absent: none is ours. */
  probe?(node: NodeId, request: ProbeRequest): Promise<readonly Probed[]>;
  /** What the machine says of a node's process; null: it does not tell. Absent: nobody can be asked. */
  standing?(node: NodeId): Promise<ProcessState | null>;

  /** A node's process where it is a child of ours; null: it is down. Absent: no node is. */
  pidOf?(node: NodeId): number | null;

  /** The last lines a node wrote, for messages to people. */
  logTail(node: NodeId): readonly string[];

  /** Takes everything down, whatever state it is in; says what is still there, empty if nothing. */
  stop(): Promise<readonly string[]>;
}

/** A workload client and what faults on its own side need. */
export interface RealtimeClient extends Session {
  /** Puts message-level faults on the client's links in force; absent: it cannot. */
  setFaults?(faults: Readonly<Record<NodeId, MessageFaults>>): void;
  /** Messages sent and changed so far, by node; absent: not known. */
  counters?(): Pick<NodeCounters, 'sent' | 'links'>;
  /** Asks nodes on the client's own links. Absent: nobody there would answer. */
  probe?(request: ProbeRequest): Promise<readonly Probed[]>;
}
