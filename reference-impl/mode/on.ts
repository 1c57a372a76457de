/** Whether the nodes of a run have modes. */
import type { Settings } from '../../harness/core/program.ts';

/** A story of one mechanism may leave them out, as they would take the load off it: `extra: { modes: false }`. */
export function hasModes({ extra }: Pick<Settings, 'extra'>): boolean {
  return extra['modes'] !== false;
}
