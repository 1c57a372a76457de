/**
 * A share of the processor: the process runs and stands still in turn, as a container that has used up its quota
 * (CFS bandwidth control) and as one beside greedy neighbours does.
 */
import { z } from 'zod';
import { formatDuration } from '../../core/duration.ts';
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

export interface CpuFault extends NodeFault {
  readonly kind: 'cpu';
  /** Of the time in which it runs, per thousand. */
  readonly permille: number;
  /** From one beginning to stand still to the next: the longest that it keeps others waiting is nearly that. */
  readonly periodUs: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly cpu: CpuFault;
  }
}

export const cpu: FaultDefinition<CpuFault> = {
  kind: 'cpu',
  line: 'the process has a share of the time only: it stands still and runs in turn',
  on: 'nodes',
  fields: { permille: z.int().min(1).max(999), periodUs: z.int().min(20_000).max(60_000_000) },
  scope: 'process',
  harms: ['slows-nodes'],
  draw: (draw, shape, interval) => ({
    kind: 'cpu',
    ...interval,
    permille: draw.between(50, 700),
    periodUs: draw.between(50_000, 500_000),
    nodes: drawNodes(draw, shape),
  }),
  describe: ({ permille, periodUs }, target) =>
    `${permille / 10} % of the processor in turns of ${formatDuration(periodUs)} for ${target}`,
  simulate: (fault, ports) => ports.throttle(turnsOf(fault)),
  inject: (fault, ports) => ports.throttle(turnsOf(fault)),
  figure: () => 'stopped-processes',
};

function turnsOf({ permille, periodUs }: CpuFault): { runUs: number; restUs: number } {
  const runUs = Math.round((periodUs * permille) / 1_000);
  return { runUs, restUs: periodUs - runUs };
}
