/** What the simulation and runs in real time offer to a fault that begins; bound to whom it hits. */
import type { NodeId } from '../core/host.ts';
import type { ConnectionTrouble } from './connection-trouble.ts';
import type { CrashPoint } from './crash-point.ts';
import type { DiskTrouble } from './disk-trouble.ts';
import type { Link, LinkRule } from './link-rule.ts';
import type { ClockError, MessageFaults } from './overlap.ts';

interface Hit {
  /** The machines that it hits; of a fault on links those, and the clients, whose messages it meets. */
  readonly nodes: readonly NodeId[];
  /** Directed links, of a fault on links. */
  readonly links: readonly Link[];
}

/** Of a process, in this order, again and again; µs above 0. */
export interface Turns {
  readonly restUs: number;
  readonly runUs: number;
}

/** Each begins at once, tells by itself when it takes effect, and gives what ends it. */
export interface SimulatedPorts extends Hit {
  onLinks(rule: LinkRule): () => void;
  crash(): () => void;
  /** A crash of each node at a point of its own work; it starts again after `downUs`. */
  crashUpon(point: CrashPoint): () => void;
  /** As a crash, after a goodbye. */
  stop(): () => void;
  pause(): () => void;
  /** Each node stands still and runs in turn. */
  throttle(turns: Turns): () => void;
  skewClock(error: ClockError): () => void;
  slowDisk(delayUs: number): () => void;
  /** A node that ends of it is started again at its end. */
  troubleDisk(trouble: DiskTrouble): () => void;
  troubleConnections(trouble: ConnectionTrouble): () => void;
  /** A node that ends of it is started again at its end. */
  limitMemory(roomBytes: number): () => void;
  /** Only where the system can be asked (`asksSystem`). */
  takeOut(): () => void;
  /** Only a version that the system has. `stays`: its end undoes nothing. */
  runAs(version: string, stays: boolean): () => void;
}

/** A fault on real parts. */
export interface Injection {
  begin(): Promise<void>;
  /** Undoes it, whatever became of `begin`. Throws when that cannot be done. */
  end(): Promise<void>;
  /**
   * Has it taken effect? May be asked at any time after `begin`, and once more after `end`. Absent: the
   * figure of its kind tells.
   */
  isEffective?(): Promise<boolean>;
  /** Why it took no effect, as far as that is known; asked once it was ended. */
  whyNot?(): string | null;
  /** What else is to be told of it, once it was ended. */
  oddities?(): readonly string[];
  /** What showed, once it was ended, that it was not over; null: nothing did. */
  notOver?(): string | null;
}

/**
 * What is done to a link, in each direction that the fault means: Toxiproxy's toxics, one after the
 * other, or its listener switched off, which breaks both directions and refuses new connections; or
 * chances of each packet, where packets pass through us.
 */
export type LinkEffect = ProxyEffect | { readonly packets: MessageFaults };

/** What a proxy of connections can do. */
export type ProxyEffect = ToxicEffect | { readonly listener: 'off' };

export interface ToxicEffect {
  readonly toxics: readonly Toxic[];
  /**
   * It meets what all others let pass, also those that begin later: for what loses data, so that a stall
   * holds back what it would have lost, whichever began first.
   */
  readonly comesLast?: boolean;
  /** On both streams of each connection that carries what is meant. */
  readonly isBothWays?: boolean;
}

/** As Toxiproxy 2.12 has them. Times in whole ms (`wholeMs`), rates in KB/s of 1,000 bytes. */
export interface Toxic {
  readonly type: string;
  readonly attributes: Readonly<Record<string, number>>;
  /** Share of the connections that it hits, 0…1; 1 by default. */
  readonly toxicity?: number;
}

/** Toxiproxy knows nothing finer than 1 ms: rounded, and never to 0. */
export function wholeMs(us: number): number {
  return us === 0 ? 0 : Math.max(1, Math.round(us / 1_000));
}

/** A string is why it cannot be done here: there is no link in between, somebody may not be touched. */
export interface FaultPorts extends Hit {
  onLinks(effect: LinkEffect): Injection | string;
  /** Chances drawn in the sender where that is a node of ours, otherwise for each of its packets. */
  onMessages(faults: MessageFaults): Injection | string;
  crash(): Injection | string;
  /** As a crash, after a goodbye. */
  stop(): Injection | string;
  pause(): Injection | string;
  /** Each node stands still and runs in turn. */
  throttle(turns: Turns): Injection | string;
  skewClock(error: ClockError): Injection | string;
  slowDisk(delayUs: number): Injection | string;
  troubleDisk(trouble: DiskTrouble): Injection | string;
  troubleConnections(trouble: ConnectionTrouble): Injection | string;
  limitMemory(roomBytes: number): Injection | string;
  takeOut(): Injection | string;
  runAs(version: string, stays: boolean): Injection | string;
}
