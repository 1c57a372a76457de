/**
 * A kind of fault as one value: everything that the engine, the worlds and the stories need of it. A kind
 * that cannot be done in a world has no member for it.
 */
import type { z } from 'zod';
import type { Fault } from '../core/fault.ts';
import type { Prng } from '../core/prng.ts';
import type { Shape } from '../core/program.ts';
import type { FaultPorts, Injection, SimulatedPorts } from './ports.ts';

export interface FaultDefinition<F extends Fault> {
  readonly kind: F['kind'];
  readonly schema: z.ZodType<F>;
  /**
   * What it is done to: `link`, the proxies between nodes; `process`, a node from outside; `inside`, what
   * a node of ours does to itself when told, so that a foreign system cannot have it.
   */
  readonly scope: 'link' | 'process' | 'inside';
  /** Nodes do nothing meanwhile, or wait for their disks: lateness is not held against them. */
  readonly stopsNode: boolean;
  draw(draw: Prng, shape: Shape, interval: Interval): F;
  /** `target` is whom it hits, in words. */
  describe(fault: F, target: string): string;
  /** Begins it in simulation; the answer ends it. */
  readonly simulate?: (fault: F, ports: SimulatedPorts) => () => void;
  /** How it is done for real, or why it cannot be done here. */
  readonly inject?: (fault: F, ports: FaultPorts) => Injection | string;
}

export interface Interval {
  readonly atUs: number;
  readonly untilUs: number;
}
