/** Circuit breakers (R1): a failing service gets rest, and its callers an answer at once. */
import { breakerAlerts } from './alerts.ts';
import { extraOf } from '../extra.ts';
import { part } from '../mechanism.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { Breaker, breakerRules } from './breaker.ts';
import { circuitFacet } from './facet.ts';
import { circuitForm } from './judge/circuit-form.ts';
import { resilience } from './judge/resilience.ts';
import { breakerSavedRatio, breakerTripSeconds, circuit } from './metrics.ts';
import { breakerMode } from './mode.ts';
import { breakerMutants } from './mutants.ts';
import { breakerOpened } from './sometimes.ts';
import { busyDependency } from './scenarios/busy-dependency.ts';
import { failuresInClusters } from './scenarios/failures-in-clusters.ts';
import { flakyService } from './scenarios/flaky-service.ts';
import { failingDependency } from './scenarios/failing-dependency.ts';

export const breaker = part({
  id: 'breaker',
  alerts: breakerAlerts,
  requirements: ['R1', 'R2', 'I3'],
  what: 'one circuit for each service that a client calls',
  rules: breakerRules,
  make({ io, config, policy, part: get }, rules) {
    const book = get(EvidenceBook);
    const own = extraOf(config.settings, 'breaker', policy.breaker) ?? policy.breaker;
    const { openUs, windowUs } = own;
    return new Breaker(own, rules, (e) => {
      book.issue(
        {
          kind: 'circuit',
          subject: e.service,
          scope: 'client-service',
          binding: e.cause,
          value: e.to,
          lifetimeUs: e.to === 'open' ? openUs : windowUs,
          freshness: 'fresh',
          staleUsMax: 0,
        },
        true,
      );
      io.observe(e);
    });
  },
  mode: breakerMode,
  promises: [resilience(), circuitForm()],
  mutants: breakerMutants,
  scenarios: [busyDependency, failingDependency, flakyService, failuresInClusters],
  sometimes: [breakerOpened],
  facets: [circuitFacet],
  metrics: [circuit, breakerSavedRatio, breakerTripSeconds],
});
