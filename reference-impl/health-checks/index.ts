/** Health checks of the instances that a node depends on (D2, the part that modes need). */
import type { HealthAnswer } from '../agent/wire.ts';
import { Discovery } from '../discovery/discovery.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { generationOf } from '../generations/config.ts';
import { part } from '../mechanism.ts';
import type {} from './observations.ts';
import { HealthChecks } from './health-checks.ts';
import { checkMode } from './mode.ts';

export const healthChecks = part({
  id: 'health-checks',
  requirements: ['D2'],
  what: 'checks instances in rounds; three failures in a row are critical, two successes take it back',
  rules: {},
  make({ io, config, spec, policy, behaviours, part: get }) {
    const { isChecked } = generationOf(config.settings);
    return new HealthChecks(
      io,
      { discovery: get(Discovery), book: get(EvidenceBook) },
      {
        policy,
        self: config.id,
        calls: isChecked ? (spec?.calls ?? []) : [],
        mode: behaviours['health-checks'],
      },
    );
  },
  mode: checkMode,
  messages: { checked: (checks, from, m: HealthAnswer) => checks.answer(from, m) },
});
