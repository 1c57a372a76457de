/** Configuration that nodes take over from the majority of their neighbours, and that fades (C4). */
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { adoptionOf } from './config.ts';
import { adoptedByMajority } from './judge/adopted-by-majority.ts';
import { depositPrevails } from './judge/deposit-prevails.ts';
import { withdrawnEvaporates } from './judge/withdrawn-evaporates.ts';
import { createAdoption } from './machine.ts';
import { adoptionMutants } from './mutants.ts';
import { adoptionRules } from './rules.ts';
import { valuesAdopted } from './scenario.ts';

export const adoption = lane({
  id: 'adoption',
  requirements: ['C4'],
  what: 'configuration that each node takes over from the majority of its neighbours, by weights that fade with age',
  rules: adoptionRules,
  machine({ id, shape, settings }, rules) {
    const config = adoptionOf(settings);
    const size = nodeCount(shape);
    if (config === null || id >= size) return null;
    const steps = Array.from({ length: config.reach }, (_, i) => i + 1);
    const ring = steps.flatMap((i) => [(id + i) % size, (id - i + i * size) % size]);
    const neighbours = [...new Set(ring)].filter((n) => n !== id);
    return createAdoption({ neighbours, config, rules });
  },
  operations: {
    'deposit-config': ({ value }, shape) => nodeOf(value) % nodeCount(shape),
    'withdraw-config': ({ value }, shape) => nodeOf(value) % nodeCount(shape),
    'adopted-config': ({ value }, shape) => nodeOf(value) % nodeCount(shape),
  },
  http: { '/adopted': 'adopted' },
  promises: [adoptedByMajority(), depositPrevails(), withdrawnEvaporates()],
  mutants: adoptionMutants,
  scenarios: [valuesAdopted],
});

/** Whom a workload asks: the `at` of its argument. */
function nodeOf(value: unknown): number {
  const { at = 0 } = (value ?? {}) as { readonly at?: unknown };
  return typeof at === 'number' ? at : 0;
}
