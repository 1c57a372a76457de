/**
 * What a node program may ask for, and how it is asked.
 *
 * A node is a handful of components. Each is a synchronous state machine: an event comes in, state
 * changes, wishes go into an effects buffer. The pure driver (`driver.ts`) performs the wishes in a
 * safe order. Nothing here knows whether time is virtual or real.
 */
import type { Observation } from './observation.ts';

/** An integer the environment gives: nodes 0…n-1, then clients. Member tables are arrays indexed by it. */
export type NodeId = number;

/** Which component of a node: its index in the list that the system's factory returns. */
export type Lane = number;

export type TimerId = number;

/** Names one call until its reply; unique per node and boot. */
export type CallId = number;

/** A value that survives a round trip through JSON. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * A message between components. Immutable: in simulation the receiver gets the same object, on a real
 * network a JSON copy. Every component narrows it to its own union by `kind`.
 */
export interface Msg {
  readonly kind: string;
}

/** One record of a component's log. Immutable, JSON. */
export interface Rec {
  readonly kind: string;
}

/** A request from outside the cluster's messages: a workload client or the node's HTTP API. */
export interface Call {
  readonly id: CallId;
  readonly f: string;
  readonly key: string;
  readonly value: Json;
}

/**
 * This instant, as one node reads it. The environment changes the fields between events; a handler
 * reads them and must not keep the object.
 */
export interface World {
  /** Node-local monotonic clock, whole microseconds since the start of the run; may drift. */
  readonly nowUs: number;
  /** Node-local wall clock, whole microseconds; may jump in either direction. */
  readonly wallUs: number;
  /** A whole number in [0, bound), from this node's own stream. `bound` is in 1…2^32. */
  random(bound: number): number;
}

/** All that a component may ask for. Buffered during a handler, performed by the driver afterwards. */
export interface Effects {
  /**
   * Appends to this component's log and returns the record's index: it counts on from the records
   * handed to `start`, of which the first has 0. It may still be lost until `durable(index)` was
   * told, and never after, unless it is forgotten.
   */
  persist(record: Rec): number;
  /**
   * The records before index `before` are needed no more; all of them must be durable. The next start
   * finds them or not, but always an unbroken end of the log.
   */
  forget(before: number): void;
  /** States what the node believes. Recorded in the history, and shown to sibling components. */
  observe(e: Observation): void;
  /**
   * A datagram to the same lane of node `to` (or to another `lane`): it may be lost, repeated,
   * delayed or reordered. Sending to oneself is allowed and is never lost.
   */
  send(to: NodeId, m: Msg, lane?: Lane): void;
  /** Answers a call, once. */
  reply(call: CallId, v: Json): void;
  /** Fires `timer(kind, arg)` once, `delayUs` (≥ 0) later by the node's monotonic clock. */
  setTimer(kind: number, delayUs: number, arg?: number): TimerId;
  /** Does nothing when the timer has fired already. */
  cancelTimer(id: TimerId): void;
  /**
   * Asks for `gathered` once all that is at hand has been handled, so that what comes together is done
   * together. False, or absent: nothing else is at hand, and `gathered` will not be called.
   */
  gather?(): boolean;
}

/** Of a component: words and figures; a list is one of nodes. */
export type Description = Readonly<Record<string, string | number | readonly NodeId[]>>;

/** A synchronous state machine. Handlers never nest and never return a promise. */
export interface Component {
  /** First start and recovery alike: `records` are those that were durable and not forgotten, oldest first. */
  start(records: Iterable<Rec>, w: World, fx: Effects): void;
  message(from: NodeId, m: Msg, w: World, fx: Effects): void;
  call(c: Call, w: World, fx: Effects): void;
  timer(kind: number, arg: number, w: World, fx: Effects): void;
  /** All records up to and including `index` are on disk. */
  durable(index: number, w: World, fx: Effects): void;
  /**
   * `JSON.stringify` of what it has sent or persisted, where its parts were encoded before; null: encode
   * it. Only a real host asks.
   */
  text?(value: Msg | Rec): string | null;
  /** See `Effects.gather`. */
  gathered?(w: World, fx: Effects): void;
  /**
   * What it is right now, by name, for people who look at a run: small, and only read. Asked by whoever
   * watches a simulated run, after each event of the node. Absent: nothing to tell.
   */
  describe?(): Description;
  /**
   * How much of what it began for somebody has not ended: by the kind of message that began it. Only read;
   * asked where a story has it counted. Absent: nothing to tell.
   */
  unfinished?(): Readonly<Record<string, number>>;
  /** A sibling on the same node observed something. Absent: not interested, at no cost. */
  observed?(e: Observation, w: World, fx: Effects): void;
  /**
   * The node is told to stop, cleanly: time to say goodbye (leave, deregister, hand over). Told once;
   * all goes on as before until each component `hasStopped`, or `limits.stopUs` is over. Never told of
   * a crash. Absent: nothing to say.
   */
  stop?(w: World, fx: Effects): void;
  /** Since `stop`: is all said that is to be said? Asked after each event of the node. Absent: yes. */
  hasStopped?(): boolean;
}
