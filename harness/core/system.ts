/**
 * What is put to the test. To the harness the reference cluster is one more system, next to etcd.
 */
import type { DiskCare } from './disk-care.ts';
import type { HistoryEvent } from './history.ts';
import type { Component, Json, Lane, NodeId } from './host.ts';
import type { Metric } from './metric.ts';
import type { Invariant, Sometimes } from './invariant.ts';
import type { Observation } from './observation.ts';
import type { Operation, Program, Settings, Shape } from './program.ts';

/** How one operation ended. `fail` means it did not happen and never will. `node`: who answered, if anybody did. */
export type Outcome =
  | {
      readonly type: 'ok';
      readonly value: Json;
      readonly node?: NodeId;
      readonly version?: number;
    }
  | { readonly type: 'fail' | 'info'; readonly error: string; readonly node?: NodeId };

/** What a node is told at its start: JSON, the same in a simulation, a process and a container. */
export interface NodeConfig {
  readonly id: NodeId;
  readonly shape: Shape;
  readonly settings: Settings;
  /** Where people reach it; absent where nobody can: in simulation, and of clients. */
  readonly address?: { readonly host: string; readonly port: number };
  /** Which of its versions it is, where a fault upgraded it; absent: the one that the run began with. */
  readonly version?: string;
}

/** One component and the name of its lane. */
export interface LaneSpec {
  readonly name: string;
  readonly component: Component;
}

/** A system whose nodes are components: it can be simulated and launched as processes. */
export interface MachineForm {
  /** The components of node `config.id`, freshly made, lane 0 first. */
  node(config: NodeConfig): readonly LaneSpec[];
  /**
   * The workload client `config.id` (≥ the number of nodes). It reaches nodes by messages only, as
   * any node does, and runs in the harness process in every environment.
   */
  client(config: NodeConfig): readonly LaneSpec[];
  /** The lane of a client that takes operations as calls and answers each by one reply, an `Outcome`. */
  readonly callLane: Lane;
  /** Absolute path of the compiled module that runs one node (see `harness/host/launch.ts`). */
  readonly entry: string;
  /** Versions of a node beside the usual one, by the names that `node` finds in `config.version`. Absent: none. */
  readonly versions?: readonly string[];
  /** What a node does about its disk; absent, or fields that are: what is right. */
  diskCare?(config: NodeConfig): Partial<DiskCare>;
  /** Do messages have sums, so that a node notices those that were damaged? Absent: they do. In simulation. */
  checksMessages?(config: NodeConfig): boolean;
}

/** Where one member of a foreign system answers. */
export interface Endpoint {
  readonly name: string;
  /** `http://127.0.0.1:2379`; of any scheme, with its port unless the scheme is http or https. */
  readonly url: string;
  /** Whom the member's certificate names, where `url` is that of a proxy: its own host. */
  readonly serverName?: string;
  /** Its own URL, where `url` is that of a proxy: others know the member by it. */
  readonly direct?: string;
  /** By what other members know it, where they are on a network of their own and `direct` is no address there. */
  readonly inside?: string;
}

/**
 * One client's session with a foreign system. One operation is one request, without a hidden retry;
 * an adapter whose operation takes several says so in `severalRequests`.
 */
export interface Session {
  /** Calls `done` once, at any time; the deadline is the caller's business. A throw is `info`. */
  start(op: Operation, done: (outcome: Outcome) => void): void;
  /** Nobody waits for `op` any more: its deadline has passed, or the run ended. It may still happen. */
  abandon?(op: Operation): void;
  close(): void;
}

export interface Leader {
  /** Index of its endpoint. */
  readonly node: NodeId;
  /** Where leaders are numbered; otherwise the latest word counts. */
  readonly term?: number;
}

/** What one member says about itself. */
export interface MemberObservation {
  /** Index of its endpoint. */
  readonly node: NodeId;
  readonly value: Observation;
}

/**
 * A system that is spoken to through a product's own protocol. Any of these may throw or reject: a
 * `HarnessError` ends the run with its message, anything else costs what it was asked for.
 */
export interface AdapterForm {
  /** Opens a session for workload client `client`. Where it fails, the next operation asks again. */
  connect(
    endpoints: readonly Endpoint[],
    client: number,
    settings: Settings,
  ): Session | Promise<Session>;
  /** Resolves once every endpoint answers; rejects with E_ENDPOINT otherwise. Changes nothing. */
  ready(endpoints: readonly Endpoint[]): Promise<void>;
  /** Who leads now, as most members say; null when nobody can tell. Asked four times a second. */
  leader?(endpoints: readonly Endpoint[]): Promise<Leader | null>;
  /**
   * What members say about themselves now, for promises over observations (`observed`). Asked four times a
   * second; what a member says anew of one kind is recorded when it differs from what it said last.
   */
  observe?(endpoints: readonly Endpoint[]): Promise<readonly MemberObservation[]>;
  /** Which version one member says that it is: shown by it when a fault upgraded it. Absent: its command tells. */
  version?(endpoint: Endpoint): Promise<string>;
  /**
   * What a member's wall clock reads, µs since 1970, to the millisecond at least: shows faults of clocks, begun and
   * ended. Absent: it does not tell. With `LaunchPlan.clock`.
   */
  wallClock?(endpoint: Endpoint): Promise<number>;
  /** Changes who is a member, for faults that take members out. Absent: it has no such operation. With `LaunchPlan.entry`. */
  readonly members?: MemberChanges;
  /** Removes what the operations of a run have written, by its key prefix; rejects if it cannot. */
  tidy?(endpoints: readonly Endpoint[], settings: Settings): Promise<void>;
  /**
   * Operations that take several requests, so that one which broke off may have happened in part.
   * Such an operation never ends as `fail` unless nothing of it was done.
   */
  readonly severalRequests?: readonly string[];
}

/**
 * How a running cluster is told who belongs to it; members go by the names of their endpoints. Each asks one
 * member, which is not the one that it is about, and rejects when that does not say that it is done.
 */
export interface MemberChanges {
  /** Whom `by` itself takes for members, of those that have started. */
  told(by: Endpoint): Promise<readonly string[]>;
  /** What the cluster knows this member by, for `remove` and `add`: asked while it is one. */
  known(name: string, by: Endpoint): Promise<Json>;
  /** Harmless when it was removed before. */
  remove(member: Json, by: Endpoint): Promise<void>;
  /** Takes it in under the same address, as one that knows nothing. Harmless when it was taken in before. */
  add(member: Json, by: Endpoint): Promise<void>;
}

export interface System {
  readonly name: string;
  /** Operations it understands: `read`, `write`, `cas`, … */
  readonly operations: ReadonlySet<string>;
  /** Everything that it promises: ids of `harness/invariants`, or invariants of its own. */
  readonly promises: readonly (string | Invariant)[];
  readonly machine?: MachineForm;
  readonly adapter?: AdapterForm;
  /** Ids of its broken variants, with one line each on what is broken. */
  readonly mutants: Readonly<Record<string, string>>;
  /** What a suite over this system should come across, besides what the harness knows of any system. */
  readonly sometimes?: readonly Sometimes[];
  /** What exploration tells the states of its nodes apart by, besides roles. */
  readonly facets?: readonly Facet[];
  /** What its nodes know that grows old: reports draw its age. */
  readonly ageings?: readonly Ageing[];
  /** What is recorded of it as figures, beside those of any system: `antlion run --metrics`. */
  readonly metrics?: readonly Metric[];
  /** What is asked so that nodes are its members, or are not, on a running cluster. Absent: it has no such operation. */
  reconfigure?(change: {
    readonly add: readonly NodeId[];
    readonly remove: readonly NodeId[];
  }): Pick<Operation, 'f' | 'key' | 'value'>;
  /** Whom a node goes by as members, where this observation says so; null: it does not. Shows that `reconfigure` did it. */
  membersSaid?(o: Observation): readonly NodeId[] | null;
  /** Tells from what is observed when the cluster is ready; absent: ready once all nodes started. */
  readiness?(program: Program): Readiness;
}

/** One side of a node's state, read from what it says about itself. */
export interface Facet {
  /** Comes before the value in the name of a state: `circuits open`. Empty where the value says it all. */
  readonly name: string;
  /**
   * Every value. The first is what a node is taken for until it says otherwise; of several subjects the
   * one with the last value counts.
   */
  readonly values: readonly [string, ...string[]];
  /** Those that a reader need not look at; the first by default. */
  readonly usual?: readonly string[];
  /** What this observation says, and of which of several subjects; null: nothing. */
  read(o: Observation): FacetValue | readonly FacetValue[] | null;
}

interface FacetValue {
  readonly value: string;
  /** Absent: there is one. */
  readonly subject?: string;
}

/** Something that a node knows and that grows old until it is confirmed again: contact, a copy. */
export interface Ageing {
  /** `contact with the registry`. */
  readonly name: string;
  /** Null: this observation confirms nothing. */
  read(o: Observation): Confirmed | null;
}

export interface Confirmed {
  /** How old it was when the node said so, µs. */
  readonly ageUs: number;
  /** Older than that it is not gone by, µs. */
  readonly lifetimeUs: number;
  /** So long afterwards it may have been confirmed again without a word, µs. */
  readonly untoldUs: number;
}

/** Sees every event of a run until it says yes; the program's times count from that moment. */
export interface Readiness {
  /** True once the cluster is ready. */
  event(e: HistoryEvent): boolean;
}
