/** What neighbours say to one another of what they hold. */
import type { Json } from '../../harness/core/host.ts';
import type { Ask } from '../agent/wire.ts';

export type AdoptionMessage =
  | Ask
  /** All that I hold, each deposited so long ago; what is not in it I do not hold. */
  | {
      readonly kind: 'holding';
      readonly held: readonly (readonly [key: string, value: Json, ageUs: number])[];
    };
