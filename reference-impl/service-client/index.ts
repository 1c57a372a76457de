/** Calls of services: discovery, breaker, balancer and deadline in one. */
import type { Json } from '../../harness/core/host.ts';
import type { ServiceAnswer } from '../agent/wire.ts';
import { Backpressure } from '../backpressure/backpressure.ts';
import { Balancer } from '../balancer/balancer.ts';
import { Breaker } from '../breaker/breaker.ts';
import { Discovery } from '../discovery/discovery.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { Hashing } from '../hashing/hashing.ts';
import { Hedging } from '../hedging/hedging.ts';
import { HealthChecks } from '../health-checks/health-checks.ts';
import { Intents } from '../intents/intents.ts';
import { part } from '../mechanism.ts';
import { Outliers } from '../outliers/outliers.ts';
import { RoutingLayers } from '../routing-layers/routing-layers.ts';
import { callMode } from './mode.ts';
import { zonePreferred } from './judge/zone-preferred.ts';
import { calls } from './metrics.ts';
import { callMutants } from './mutants.ts';
import { callRules } from './rules.ts';
import { zoneLoss } from './scenario.ts';
import { Sessions } from '../sessions/sessions.ts';
import { WarmUp } from '../warm-up/warm-up.ts';
import { Mesh } from '../xds/mesh.ts';
import { ServiceClient } from './service-client.ts';

export const serviceClient = part({
  id: 'service-client',
  requirements: ['R6', 'E3', 'I4'],
  what: 'calls of services: exactly one result each, and no hidden retry',
  rules: callRules,
  make: ({ io, spec, settings, behaviours, part: get }, rules) =>
    new ServiceClient(
      io,
      {
        discovery: get(Discovery),
        balancer: get(Balancer),
        breaker: get(Breaker),
        pressure: get(Backpressure),
        hashing: get(Hashing),
        choosers: [
          get(Mesh),
          get(RoutingLayers),
          get(Outliers),
          get(Intents),
          get(WarmUp),
          get(Sessions),
          get(Hedging),
        ].filter((c) => c.isOn),
        checks: () => get(HealthChecks),
        book: get(EvidenceBook),
      },
      {
        rules,
        balancer: settings.balancer,
        // A client stands in no zone.
        preferredZone: settings.isZonePreferred ? (spec?.zone ?? null) : null,
        dependencies: spec?.calls ?? [],
        mode: behaviours,
      },
    ),
  mode: callMode,
  promises: [zonePreferred()],
  mutants: callMutants,
  metrics: [calls],
  scenarios: [zoneLoss],
  messages: { answer: (client, from, m: ServiceAnswer) => client.answer(from, m) },
  questions: { decisions: (client) => client.decisions() as unknown as Json },
});
