/** Fault profiles: every kind of fault alone, and any mix of them. */
import { faultKinds } from '../../harness/faults/kinds.ts';
import type { Scenario } from '../../harness/core/scenario.ts';
import { faultsOf, mixedFaults } from '../../scenarios/mixed-faults.ts';

export const profiles: readonly Scenario[] = [
  ...faultKinds.map((kind) => faultsOf(`only-${kind}`, [kind])),
  mixedFaults,
];
