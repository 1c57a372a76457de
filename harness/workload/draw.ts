/** Draws lists of operations, one a client. */
import { assert } from '../core/assert.ts';
import { limits } from '../core/limits.ts';
import type { Prng } from '../core/prng.ts';
import type { Operation } from '../core/program.ts';

export interface ListSpec {
  readonly clients: number;
  /** Operations of each client. */
  readonly count: number;
  /** Mean pause between a client's operations, µs; drawn uniformly from 0 to twice this. */
  readonly pauseUs: number;
}

/** As many operations as `spec` says, each as `one` draws it; `id` is unique in the run. */
export function drawOperations(
  draw: Prng,
  spec: ListSpec,
  one: (draw: Prng, id: number) => Pick<Operation, 'f' | 'key' | 'value'>,
): Operation[][] {
  assert(spec.clients * spec.count <= limits.operationsMax, 'too many operations', { ...spec });
  return Array.from({ length: spec.clients }, (_, client) => {
    const d = draw.fork(`client-${client}`);
    return Array.from({ length: spec.count }, (_, i) => {
      const id = i * spec.clients + client;
      return { id, afterUs: d.below(2 * spec.pauseUs + 1), ...one(d, id) };
    });
  });
}
