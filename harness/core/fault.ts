/** What can go wrong, as data. A plan is a list of faults; how one is done belongs to its kind. */
import type { NodeId } from './host.ts';

/**
 * Which nodes. Roles are resolved when the fault begins, from what was observed until then, and the
 * result is recorded. `minority` is the largest minority of the servers, with the leader in it when
 * one was seen; `majority` is the rest of the servers; `followers` all servers but the leader. A fault
 * of the leader or of followers is skipped, with a remark, when nobody was seen to lead until then. `holder` is
 * the client that was last granted a lock, `lock` or any, and has not given it back; without one the fault is skipped.
 */
export type NodeTarget =
  | { readonly of: 'node'; readonly node: NodeId }
  | { readonly of: 'nodes'; readonly nodes: readonly NodeId[] }
  | { readonly of: 'leader' | 'follower' | 'followers' | 'minority' | 'majority' }
  | { readonly of: 'holder'; readonly lock?: string | undefined }
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

/**
 * Something that the history shows: an event whose type is `observed` (`ok`, `fail`, `info`, `invoke` of an
 * operation; `started`, `crashed`, `stopped`, `failed` of a node), or an observation of that kind, such as `role`.
 */
export interface Sighting {
  readonly observed: string;
  /** Values that it has: of an operation `f`, `key`, `value`, of an observation its own. */
  readonly like?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** The node that it is about. Absent: any. */
  readonly by?: NodeId | undefined;
  /** Which one since the fault began, at least 1; the first by default. */
  readonly nth?: number | undefined;
}

/** A fault of a sequence that ends when something is seen: from when on, and when at the latest, µs as planned. */
export interface Awaited {
  readonly sighting: Sighting;
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Begin and end, µs since the cluster was ready. One that never ends has `untilUs` at the run's end. */
export interface FaultInterval {
  readonly atUs: number;
  readonly untilUs: number;
  /** Ends it before `untilUs`, as soon as it is seen. */
  readonly until?: Sighting | undefined;
  /** It comes sooner as a whole, by as much as each of these is seen before its `untilUs`. In order of time. */
  readonly sooner?: readonly Awaited[] | undefined;
}

/** A fault of the messages on links. */
export interface LinkFault extends FaultInterval {
  readonly kind: string;
  readonly links: LinkTarget;
}

/** A fault of machines. */
export interface NodeFault extends FaultInterval {
  readonly kind: string;
  readonly nodes: NodeTarget;
}

/**
 * Every kind of fault, by its name. Open: each folder of `harness/faults`, and each kind of a user's,
 * adds its own by declaration merging, so that plans are checked by the compiler:
 *
 *     declare module 'antlion/faults' {
 *       interface Faults { readonly trickle: Trickle }
 *     }
 */
export interface Faults {}

export type Fault = Faults[keyof Faults];

export type FaultKind = keyof Faults;

export type FaultPlan = readonly Fault[];
