/**
 * A kind of fault as one value: everything that the engine, the worlds and the stories need of it. A kind
 * that cannot be done in a world has no member for it. What it means together with others follows from
 * the ports that it uses (`overlap.ts`).
 */
import type { z } from 'zod';
import type { FaultInterval, LinkFault, NodeFault } from '../core/fault.ts';
import type { Prng } from '../core/prng.ts';
import type { Shape } from '../core/program.ts';
import type { Figure } from './figure.ts';
import type { FaultPorts, Injection, SimulatedPorts } from './ports.ts';

export type AnyFault = LinkFault | NodeFault;

/** What a fault does to whom it meets. `stops-nodes`: they do nothing; `ends-nodes`: they lose their memory; `breaks-disks`, `starves-nodes`: they may end by themselves, which is right. */
export type Harm =
  | 'cuts-links'
  | 'loses-messages'
  | 'delays-messages'
  | 'repeats-messages'
  | 'reorders-messages'
  | 'stops-nodes'
  | 'ends-nodes'
  | 'slows-nodes'
  | 'breaks-disks'
  | 'starves-nodes'
  | 'removes-members'
  | 'skews-clocks';

/** Its fields beside kind, interval and target. */
type OwnFields<F> = Omit<F, keyof LinkFault | keyof NodeFault>;

export interface FaultDefinition<F extends AnyFault = AnyFault> {
  /** Lower case, words joined by `-`. */
  readonly kind: F['kind'];
  /** What it is, in one line: for `antlion list --faults`. */
  readonly line: string;
  readonly on: F extends LinkFault ? 'links' : 'nodes';
  /** Its own fields; kind, interval and target come with it. */
  readonly fields: { readonly [K in keyof OwnFields<F>]: z.ZodType<F[K & keyof F]> };
  /**
   * What it is done to: `link`, the proxies between nodes; `process`, a node from outside; `message`, what
   * a node of ours does to what it sends, and a foreign one can only have where its packets pass through us;
   * `disk`, what a node of ours does to its own disk, and a foreign one can only have where its disk is ours;
   * `inside`, what a node of ours does to itself when told, so that a foreign system cannot have it.
   */
  readonly scope: 'link' | 'process' | 'message' | 'disk' | 'inside';
  /**
   * It takes a disk in user space, the embedded proxy, packets that pass through us, or a process that is our own
   * child: real ones do no such thing when they are told to, so that containers do not have it. Absent: it does not.
   */
  readonly by?: 'our-disk' | 'our-proxy' | 'our-packets' | 'our-process';
  /** It is done by an operation of the system's own, which not every system has (`System.reconfigure`). */
  readonly asksSystem?: true;
  /** The version of the system's program that it takes, which not every system has; absent: none but that which runs. */
  version?(fault: F): string;
  /** One at least: by these promises and stories know what to expect. */
  readonly harms: readonly Harm[];
  /** Draws one for this interval, in the same way from the same stream. */
  draw(draw: Prng, shape: Shape, interval: FaultInterval): F;
  /** In a few words; `target` is whom it hits. */
  describe(fault: F, target: string): string;
  /** How wrong it makes the rate of the clocks that it hits, parts per million ≥ 0; absent: not at all. */
  driftPpm?(fault: F): number;
  /** Begins it in simulation; the answer ends it. Synchronous, and without any chance but `draw`'s. */
  simulate?(fault: F, ports: SimulatedPorts): () => void;
  /** How it is done for real, or why it cannot be done here. */
  inject?(fault: F, ports: FaultPorts): Injection | string;
  /** What grows, in real time, as it takes effect; absent: its injection tells by itself. */
  figure?(fault: F): Figure;
}
