/**
 * The five generations of finding a service, as the chapter tells them: a static list, a central balancer, a
 * registry with checks, a mesh, an intent. What each adds is a mechanism of its own folder; this says which of
 * them a run leaves out.
 */
import { HarnessError } from '../../harness/core/errors.ts';
import type { Settings } from '../../harness/core/program.ts';

export const generations = ['static', 'balancer', 'registry', 'mesh', 'intent'] as const;

export type Generation = (typeof generations)[number];

interface WhatItHas {
  /** Lists are those of the day on which the cluster was set up. */
  readonly isStatic: boolean;
  /** Callers check whom they call. */
  readonly isChecked: boolean;
}

const has: Readonly<Record<Generation, WhatItHas>> = {
  static: { isStatic: true, isChecked: false },
  // Somebody wrote the balancer's list by hand as well; it checks whom it lists.
  balancer: { isStatic: true, isChecked: true },
  registry: { isStatic: false, isChecked: true },
  // Proxies have outlier detection, callers with an intent what they have seen: neither asks besides.
  mesh: { isStatic: false, isChecked: false },
  intent: { isStatic: false, isChecked: false },
};

/** By `extra.generation`; absent: a registry, with checks. Throws E_CONFIG. */
export function generationOf({ extra }: Settings): WhatItHas {
  const asked = extra['generation'] ?? 'registry';
  const found = generations.find((g) => g === asked);
  if (found === undefined) {
    throw new HarnessError(
      'E_CONFIG',
      `generation is ${JSON.stringify(asked)}, wanted one of ${generations.join(', ')}.`,
    );
  }
  return has[found];
}
