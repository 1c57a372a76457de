/** Intentions (D10): which service may call which, checked when it calls. */
import { ConfigCopy } from '../config-copy/config-copy.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { part } from '../mechanism.ts';
import { intentionsOf } from './config.ts';
import { Intentions } from './intentions.ts';
import { deniedForCause } from './judge/denied-for-cause.ts';
import { permissionKept } from './judge/permission-kept.ts';
import { intentionMutants } from './mutants.ts';
import { intentionRules } from './rules.ts';
import { permissionWithdrawn } from './scenario.ts';

export const intentions = part({
  id: 'intentions',
  requirements: ['D10'],
  what: 'lets in calls of services that an intention allows, by what was confirmed of late, and no others',
  rules: intentionRules,
  make: ({ io, config, spec, part: get }, rules) =>
    new Intentions(io, get(ConfigCopy), get(EvidenceBook), {
      config: intentionsOf(config.settings),
      rules,
      service: spec?.service ?? null,
      serviceOf: (caller) => config.shape.nodes[caller]?.service ?? null,
    }),
  questions: { intentions: (part) => part.inForce() },
  http: { '/intentions': 'intentions' },
  promises: [permissionKept(), deniedForCause()],
  mutants: intentionMutants,
  scenarios: [permissionWithdrawn],
});
