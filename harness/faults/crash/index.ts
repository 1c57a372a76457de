/** SIGKILL, or a clean stop, and a start from disk at the end. */
import { z } from 'zod';
import type { NodeFault } from '../../core/fault.ts';
import { drawNodes } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';

/**
 * SIGKILL: unsynced writes may be lost. `clean`: SIGTERM instead; the node says goodbye, for
 * `limits.stopUs` at most, and what it wrote stays.
 */
export interface CrashFault extends NodeFault {
  readonly kind: 'crash';
  readonly clean?: true | undefined;
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
  fields: { clean: z.literal(true).optional() },
  scope: 'process',
  harms: ['ends-nodes'],
  draw(draw, shape, interval) {
    return { kind: 'crash', ...interval, nodes: drawNodes(draw, shape) };
  },
  describe: ({ clean }, target) => `${clean === true ? 'stop' : 'crash'} ${target}`,
  simulate: ({ clean }, ports) => (clean === true ? ports.stop() : ports.crash()),
  inject: ({ clean }, ports) => (clean === true ? ports.stop() : ports.crash()),
  figure: () => 'stopped-processes',
};
