/** CONSISTENCY: what an instance serves by its copy is old for no longer than copies may be (C1). */
import { configArrives, secondsUs } from '../../../harness/spec.ts';
import type { Invariant } from '../../../harness/spec.ts';

/** As long as copies are given to become the same. */
export function copiesArrive(): Invariant {
  return configArrives({ refreshUs: secondsUs(8), protocolUs: secondsUs(7) });
}
