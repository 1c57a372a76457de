/** What a library under test is told to be: its operations, its service and what its code may use. */
import type { Duplex } from 'node:stream';
import type { Json, Lane } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Observation } from '../core/observation.ts';
import type { Operation, Settings, Shape } from '../core/program.ts';
import type { MachineForm, Outcome, System } from '../core/system.ts';

/** What code in a node or a client may use, besides the language's own time, timers and `net`, which are these too. */
export interface ResidentHost {
  /** Milliseconds of its monotonic clock. */
  now(): number;
  /** Milliseconds of its wall clock, which a fault may make jump. */
  wall(): number;
  /** At least 0 and below 1, from the run's seed. */
  random(): number;
  /** Calls `f` once, `ms` later; gives what cancels it. */
  setTimer(f: () => void, ms: number): () => void;
  /**
   * Asks a node by its name and resolves to what its service answered; rejects with what that threw.
   * Neither happens when a message is lost or the node is down: there is no time-out but the library's.
   */
  request(node: string, request: Json): Promise<Json>;
  /** Recorded in the history, for judges of the user's own. */
  observe(e: Observation): void;
}

export interface LibraryHost extends ResidentHost {
  /** 0…clients-1. */
  readonly client: number;
}

/** One client's library. */
export interface LibraryClientForm {
  /** Does one operation. What it resolves to is `ok` with that value. */
  perform(op: Operation): Promise<Json>;
}

/** What a node does with a request: answers, at once or later, or throws. */
export type Service = (request: Json) => Json | Promise<Json>;

/** What a node does for libraries: answers requests, takes TCP connections, or both. */
export interface ServiceForm {
  readonly answer?: Service;
  /**
   * Takes a connection that a library opened by `net`, to the node's name or address, on any port.
   *
   * @example
   * ```ts
   * const server = http.createServer(handler);
   * return { accept: (socket) => server.emit('connection', socket) };
   * ```
   */
  accept?(socket: Duplex, port: number): void;
}

/** Made anew whenever the node starts, with what its last life saved. */
export interface ServiceHost extends ResidentHost {
  /** Index of the node. */
  readonly node: number;
  readonly shape: Shape;
  /** What was saved before the last crash, oldest first. */
  readonly saved: readonly Json[];
  /** Appends to the node's disk. What it says afterwards is sent when this is sure to stay. */
  save(value: Json): void;
  /**
   * Asks a component that is `beneath` the service on this node; resolves to its reply. Never, where that gives none:
   * there is no time-out but the caller's.
   */
  ask(
    lane: Lane,
    request: { readonly f: string; readonly key: string; readonly value: Json },
  ): Promise<Json>;
}

export interface LibraryDefinition {
  readonly name: string;
  readonly operations: readonly string[];
  readonly promises: readonly (string | Invariant)[];
  /** Components that are on the nodes besides: a cluster, in front of which the service stands. Absent: none. */
  readonly beneath?: {
    /** So many on each node. */
    readonly lanes: number;
    readonly node: MachineForm['node'];
  };
  /** When the cluster is ready; absent: once all nodes started. */
  readonly readiness?: System['readiness'];
  /** What the nodes of the shape do for it. */
  service(host: ServiceHost, settings: Settings): Service | ServiceForm;
  /** Environment variables that a client's library sees; absent: those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The library, made for one client. */
  client(host: LibraryHost, settings: Settings): LibraryClientForm;
  /** What an operation that rejected is; `info` by default, for it may have happened. */
  outcomeOf?(error: unknown, op: Operation): Outcome;
}
