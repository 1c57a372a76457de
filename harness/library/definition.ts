/** What a library under test is told to be: its operations, its service and what its code may use. */
import type { Json } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Observation } from '../core/observation.ts';
import type { Operation, Settings } from '../core/program.ts';
import type { Outcome } from '../core/system.ts';

/** What one client's code may use, besides the language's own time and timers, which are these too. */
export interface LibraryHost {
  /** 0…clients-1. */
  readonly client: number;
  /** Milliseconds of the client's monotonic clock. */
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

/** One client's library. */
export interface LibraryClientForm {
  /** Does one operation. What it resolves to is `ok` with that value. */
  perform(op: Operation): Promise<Json>;
}

/** What a node does with a request: answers, or throws. Made anew whenever the node starts. */
export type Service = (request: Json) => Json;

export interface ServiceHost {
  /** Index of the node. */
  readonly node: number;
  now(): number;
  observe(e: Observation): void;
}

export interface LibraryDefinition {
  readonly name: string;
  readonly operations: readonly string[];
  readonly promises: readonly (string | Invariant)[];
  /** What the nodes of the shape do for it. */
  service(host: ServiceHost, settings: Settings): Service;
  /** The library, made for one client. */
  client(host: LibraryHost, settings: Settings): LibraryClientForm;
  /** What an operation that rejected is; `info` unless told, for it may have happened. */
  outcomeOf?(error: unknown, op: Operation): Outcome;
}
