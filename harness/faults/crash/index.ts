/** SIGKILL, or a clean stop, and a start from disk at the end. */
import { z } from 'zod';
import type { NodeFault } from '../../core/fault.ts';
import type { CrashPoint } from '../crash-point.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

/**
 * SIGKILL: unsynced writes may be lost. `clean`: SIGTERM instead; the node says goodbye, for
 * `limits.stopUs` at most, and what it wrote stays.
 */
export interface CrashFault extends NodeFault {
  readonly kind: 'crash';
  readonly clean?: true | undefined;
  /** Killed as soon as, in the interval, it sends, begins to write or has synced this; each node once. Simulation only. */
  readonly upon?: CrashPoint | undefined;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly crash: CrashFault;
  }
}

export const crash: FaultDefinition<CrashFault> = {
  kind: 'crash',
  line: 'the process is killed, or told to stop (clean: true), and started from its disk at the end',
  on: 'nodes',
  fields: {
    clean: z.literal(true).optional(),
    upon: z
      .object({
        of: z.enum(['message', 'record', 'synced']),
        like: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        nth: z.int().min(1),
        downUs: z.int().min(0),
      })
      .optional(),
  },
  scope: 'process',
  harms: ['ends-nodes'],
  draw(draw, shape, interval) {
    return { kind: 'crash', ...interval, nodes: drawNodes(draw, shape) };
  },
  describe({ clean, upon }, target) {
    const when =
      upon === undefined ? '' : ` upon ${upon.of} ${upon.nth} like ${JSON.stringify(upon.like)}`;
    return `${clean === true ? 'stop' : 'crash'} ${target}${when}`;
  },
  simulate({ clean, upon }, ports) {
    if (upon !== undefined) return ports.crashUpon(upon);
    return clean === true ? ports.stop() : ports.crash();
  },
  inject({ clean, upon }, ports) {
    if (upon !== undefined) return 'what a real process sends and writes is not seen in time';
    return clean === true ? ports.stop() : ports.crash();
  },
  figure: () => 'stopped-processes',
};
