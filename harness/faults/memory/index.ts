/**
 * A limit of memory, as a container has: a process that needs more than what it has and some room ends, and is started
 * again at the end. What it needed is what it was sent.
 */
import { z } from 'zod';
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface MemoryFault extends NodeFault {
  readonly kind: 'memory';
  /** What it may take beside what it has when this begins. In simulation: what may arrive at it. */
  readonly roomBytes: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly memory: MemoryFault;
  }
}

export const memory: FaultDefinition<MemoryFault> = {
  kind: 'memory',
  line: 'the process has no more memory than it has, and some room: it ends when it needs more',
  on: 'nodes',
  fields: { roomBytes: z.int().min(0) },
  scope: 'process',
  by: 'our-process',
  harms: ['ends-nodes', 'starves-nodes'],
  draw: (draw, shape, interval) => ({
    kind: 'memory',
    ...interval,
    roomBytes: draw.between(1_000, 100_000),
    nodes: drawNodes(draw, shape),
  }),
  describe: ({ roomBytes }, target) =>
    `room for ${roomBytes} bytes more in the memory of ${target}`,
  simulate: ({ roomBytes }, ports) => ports.limitMemory(roomBytes),
  inject: ({ roomBytes }, ports) => ports.limitMemory(roomBytes),
  figure: () => 'stopped-processes',
};
