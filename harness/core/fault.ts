/**
 * What can go wrong, as data. A plan is a list of faults; how one is done belongs to the environment.
 *
 * A fault took effect: partition, at least one message dropped; latency, loss, duplication, reordering and
 * bandwidth, one message changed; crash and pause, the process was up; clock, read while skewed;
 * disk, a write affected.
 */
import type { NodeId } from './host.ts';

/**
 * Which nodes. Roles are resolved when the fault begins, from what was observed until then, and the
 * result is recorded. `minority` is the largest minority of the servers, with the leader in it when
 * one was seen; `majority` is the rest of the servers; `followers` all servers but the leader. A fault
 * of the leader or of followers is skipped, with a remark, when nobody was seen to lead until then.
 */
export type NodeTarget =
  | { readonly of: 'node'; readonly node: NodeId }
  | { readonly of: 'nodes'; readonly nodes: readonly NodeId[] }
  | { readonly of: 'leader' | 'follower' | 'followers' | 'minority' | 'majority' }
  | { readonly of: 'role'; readonly role: string }
  | { readonly of: 'service'; readonly service: string }
  | { readonly of: 'zone'; readonly zone: string }
  | { readonly of: 'servers' | 'clients' | 'everyone' };

/** All directed links from a node of `from` to a node of `to`, oneself excepted. */
export interface LinkTarget {
  readonly from: NodeTarget;
  readonly to: NodeTarget;
  /** Also the links back. */
  readonly bothWays: boolean;
}

interface Interval {
  /** Begin and end, µs since the start of the run. A fault that never ends has `untilUs` at the end. */
  readonly atUs: number;
  readonly untilUs: number;
}

/**
 * `drop` loses what is sent meanwhile, `stall` holds it back and delivers it after the heal (late
 * messages of a deposed leader), `refuse` also breaks connections at once.
 */
export type PartitionMode = 'drop' | 'stall' | 'refuse';

export interface PartitionFault extends Interval {
  readonly kind: 'partition';
  readonly links: LinkTarget;
  readonly mode: PartitionMode;
}
export interface LatencyFault extends Interval {
  readonly kind: 'latency';
  readonly links: LinkTarget;
  readonly delayUs: number;
  /** Uniform, added to or taken from the delay. */
  readonly jitterUs: number;
}
export interface LossFault extends Interval {
  readonly kind: 'loss' | 'duplicate' | 'reorder';
  readonly links: LinkTarget;
  /** Of the messages, per thousand. */
  readonly permille: number;
}
export interface BandwidthFault extends Interval {
  readonly kind: 'bandwidth';
  readonly links: LinkTarget;
  /** Kilobytes (1,000 bytes) a second, at least 1. */
  readonly rate: number;
}
/** SIGKILL at `atUs`, start from disk at `untilUs`. Unsynced writes may be lost. */
export interface CrashFault extends Interval {
  readonly kind: 'crash';
  readonly nodes: NodeTarget;
}
/**
 * SIGSTOP and SIGCONT: the process stands still, its connections stay. A process that starts
 * meanwhile stands still from its start.
 */
export interface PauseFault extends Interval {
  readonly kind: 'pause';
  readonly nodes: NodeTarget;
}
export interface ClockFault extends Interval {
  readonly kind: 'clock';
  readonly nodes: NodeTarget;
  /** Jump of the wall clock at the beginning, taken back at the end. */
  readonly jumpUs: number;
  /** Rate error of the monotonic clock meanwhile, parts per million. */
  readonly driftPpm: number;
}
/** Every sync takes `delayUs` longer (a stalled disk: longer than the interval). */
export interface DiskFault extends Interval {
  readonly kind: 'disk';
  readonly nodes: NodeTarget;
  readonly delayUs: number;
}

export type Fault =
  | PartitionFault
  | LatencyFault
  | LossFault
  | BandwidthFault
  | CrashFault
  | PauseFault
  | ClockFault
  | DiskFault;

export type FaultKind = Fault['kind'];

export type FaultPlan = readonly Fault[];
