/** Evidence with a scope that is passed on, only gets older, and can be taken back (E1, E2). */
import { nodeCount } from '../../harness/core/program.ts';
import type { Call } from '../../harness/core/host.ts';
import type { Shape } from '../../harness/core/program.ts';
import { placesOf } from '../federation/places.ts';
import { lane } from '../mechanism.ts';
import { exchangeOf } from './config.ts';
import { EvidenceExchange } from './exchange.ts';
import { endedUnused } from './judge/ended-unused.ts';
import { evidenceArrives } from './judge/evidence-arrives.ts';
import { evidenceInScope } from './judge/evidence-in-scope.ts';
import { revokedUnused } from './judge/revoked-unused.ts';
import { exchangeMutants } from './mutants.ts';
import type {} from './observations.ts';
import { exchangeRules } from './rules.ts';
import { evidenceRevoked } from './scenario.ts';
import { evidenceClaimedAgain } from './scenarios/evidence-claimed-again.ts';

export const evidenceExchange = lane({
  id: 'evidence-exchange',
  requirements: ['E1', 'E2', 'I7'],
  what: 'passes evidence on in its zone, its region or everywhere; it only gets older, and can be taken back',
  rules: exchangeRules,
  machine({ id, shape, settings }, rules) {
    const config = exchangeOf(settings);
    if (config === null || id >= nodeCount(shape)) return null;
    const places = placesOf(shape, config.zonesPerRegion);
    return new EvidenceExchange({ self: id, places, config, rules });
  },
  operations: {
    'claim-evidence': nodeOf,
    'revoke-evidence': nodeOf,
    'route-by-evidence': nodeOf,
  },
  http: { '/claims': 'claims' },
  promises: [endedUnused(), revokedUnused(), evidenceInScope(), evidenceArrives()],
  mutants: exchangeMutants,
  scenarios: [evidenceRevoked, evidenceClaimedAgain],
});

/** Whom a workload asks: the `at` of its argument. */
function nodeOf({ value }: Call, shape: Shape): number {
  const { at = 0 } = (value ?? {}) as { readonly at?: unknown };
  return (typeof at === 'number' ? at : 0) % nodeCount(shape);
}
