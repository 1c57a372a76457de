/**
 * Connections are reset (RST): what was under way on one is lost, and the next message takes a new one.
 *
 * One that was open before the fault ends with FIN, as Toxiproxy does it. Senders learn of either from
 * their sockets alone, as from a peer that died.
 */
import { z } from 'zod';
import type { LinkFault } from '../../core/fault.ts';
import { cutting } from '../cutting.ts';
import { drawLinks } from '../draw-target.ts';
import type { FaultDefinition } from '../kind.ts';
import type { Toxic } from '../ports.ts';

export interface ResetFault extends LinkFault {
  readonly kind: 'reset';
  /** What a connection carries before; a message that is cut off there is lost. 0: it carries none. */
  readonly afterBytes: number;
}

declare module '../../core/fault.ts' {
  interface Faults {
    readonly reset: ResetFault;
  }
}

export const reset: FaultDefinition<ResetFault> = {
  kind: 'reset',
  line: 'connections are reset after some bytes, with what is under way on them',
  on: 'links',
  fields: { afterBytes: z.int().min(0) },
  scope: 'link',
  harms: ['loses-messages'],
  draw(draw, shape, interval) {
    const afterBytes = draw.chance(250) ? 0 : draw.between(200, 20_000);
    return { kind: 'reset', ...interval, afterBytes, links: drawLinks(draw, shape) };
  },
  describe: ({ afterBytes }, target) =>
    `reset ${afterBytes === 0 ? 'at once' : `after ${afterBytes} bytes`} ${target}`,
  simulate: ({ afterBytes }, ports) => ports.onLinks({ pass: cutting(afterBytes) }),
  inject: ({ afterBytes }, ports) =>
    ports.onLinks({ toxics: toxicsOf(afterBytes), comesLast: true }),
  figure: () => 'dropped-bytes',
};

/** Where a `reset_peer` is set, also one that hits nobody, Toxiproxy closes with RST (its link.go). */
function toxicsOf(afterBytes: number): readonly Toxic[] {
  const attributes = { timeout: 0 };
  if (afterBytes === 0) return [{ type: 'reset_peer', attributes }];
  return [
    { type: 'limit_data', attributes: { bytes: afterBytes } },
    { type: 'reset_peer', attributes, toxicity: 0 },
  ];
}
