/** The discovery cache (D4): every client's copy of the whole catalog. */
import type { Json } from '../../harness/core/host.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { generationOf } from '../generations/config.ts';
import { part } from '../mechanism.ts';
import { Subscriptions } from '../subscriptions/subscriptions.ts';
import { contactAgeing } from './ageing.ts';
import { discoveryAtSize } from './scenarios/at-size.ts';
import { Discovery, discoveryRules } from './discovery.ts';
import { discoverySeconds } from './metrics.ts';
import { discoveryMode } from './mode.ts';
import { discoveryMutants } from './mutants.ts';
import { discovery as discoveryPromise } from './promise.ts';
import { instanceCrash } from './scenario.ts';

export const discovery = part({
  id: 'discovery',
  requirements: ['D4', 'I1'],
  what: 'lists of instances from memory: fresh, stale with their age, or static',
  rules: discoveryRules,
  make: ({ io, config, spec, policy, behaviours, hasCatalog, part: get }, rules) =>
    new Discovery(io, get(Subscriptions), get(EvidenceBook), {
      shape: config.shape,
      policy,
      rules,
      zone: spec?.zone ?? null,
      mode: behaviours.discovery,
      isKept: hasCatalog,
      isStatic: generationOf(config.settings).isStatic,
    }),
  questions: { services: (cache) => cache.entries() as unknown as Json },
  promises: [discoveryPromise()],
  mutants: discoveryMutants,
  scenarios: [instanceCrash, discoveryAtSize],
  mode: discoveryMode,
  metrics: [discoverySeconds],
  ageings: [contactAgeing],
});
