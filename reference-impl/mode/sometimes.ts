/** What a suite should come across of modes. */
import { minutesUs, observed, sometimes } from '../../harness/spec.ts';
import type { Program, Sometimes } from '../../harness/spec.ts';
import type {} from './observations.ts';

const hasServices = (p: Program): boolean => p.shape.nodes.some((n) => n.service !== undefined);

export const modeSometimes: readonly Sometimes[] = [
  sometimes(
    {
      id: 'left-target',
      claim: 'a node entered a mode other than Target',
      applies: (p) => hasServices(p) && p.faults.length > 0,
    },
    observed.mode((e) => e.value.to !== 'target'),
  ),
  sometimes(
    {
      id: 'recovery-began',
      claim: 'a node began Recovery',
      // Half a minute is hardly enough for a cause to come, to go, and to have been gone.
      applies: (p) =>
        hasServices(p) &&
        p.faults.length > 0 &&
        p.durationUs * p.settings.policyDivisor >= minutesUs(1),
    },
    observed.mode((e) => e.value.to === 'recovery'),
  ),
];
