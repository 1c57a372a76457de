/** What the simulation and runs in real time offer to a fault that begins; bound to whom it hits. */
import type { PartitionMode } from '../core/fault.ts';
import type { LinkRule } from './link-rule.ts';
import type { ClockError, MessageFaults } from './overlap.ts';

/** Each begins at once, tells by itself when it takes effect, and gives what ends it. */
export interface SimulatedPorts {
  onLinks(rule: LinkRule): () => void;
  crash(): () => void;
  pause(): () => void;
  skewClock(error: ClockError): () => void;
  slowDisk(delayUs: number): () => void;
}

/** A fault on real parts. */
export interface Injection {
  begin(): Promise<void>;
  end(): Promise<void>;
  /** May be asked at any time after `begin`, and once more after `end`. */
  isEffective(): Promise<boolean>;
}

/**
 * What is done to a link. A partition's mode: `drop` loses what is sent and kills the connections at
 * heal, `stall` delivers after heal, `refuse` breaks both directions and refuses new connections.
 * `rate` is in kilobytes (1,000 bytes) a second, at least 1. Delays are rounded to whole ms, at
 * least 1: Toxiproxy knows nothing finer.
 */
export type LinkEffect =
  | { readonly kind: 'partition'; readonly mode: PartitionMode }
  | { readonly kind: 'latency'; readonly delayUs: number; readonly jitterUs: number }
  | { readonly kind: 'bandwidth'; readonly rate: number };

/** Each measures by itself whether it took effect. */
export interface FaultPorts {
  onLinks(effect: LinkEffect): Injection | string;
  /** Chances drawn in the sender. */
  onMessages(faults: MessageFaults): Injection;
  crash(): Injection | string;
  pause(): Injection | string;
  skewClock(error: ClockError): Injection;
  slowDisk(delayUs: number): Injection;
}
