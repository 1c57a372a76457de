/** The discovery cache broken: what it lists, and how fresh it says that is. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Mutants } from '../mechanism.ts';
import { discoveryRules } from './discovery.ts';
import type { DiscoveryRules } from './discovery.ts';

export const discoveryMutants: Mutants<DiscoveryRules> = {
  // Eureka's self-preservation, without its condition.
  'list-never-fresh': {
    difficulty: 'easy',
    what: 'calls always go by the static list of instances, not by the registry',
    breaks: ['discovery', 'mode-behaviours', 'coordination'],
    rules: { source: () => 'static' },
  },
  'removal-ignored': {
    difficulty: 'hard',
    what: 'the cache keeps an instance of which a watch says that it has gone',
    breaks: ['copies-agree', 'discovery', 'coordination'],
    rules: { isListed: () => true },
  },
  'stale-claimed-fresh': {
    difficulty: 'easy',
    what: "lists pass for the registry's own, however long it has not confirmed them",
    breaks: ['evidence-freshness'],
    rules: { source: () => 'registry' },
  },
  'age-forgotten': {
    difficulty: 'easy',
    what: 'a stale list is said to be no older than a fresh one may be',
    breaks: ['evidence-freshness'],
    rules: { staleUsMax: (_source, _ageUs, p) => p.cacheTtlUs },
  },
  'fresh-too-long': {
    difficulty: 'hard',
    what: "lists pass for the registry's own for ten seconds after that has ended",
    breaks: ['evidence-freshness'],
    rules: {
      source: (ageUs, mode, p) => discoveryRules.source(ageUs - secondsUs(10), mode, p),
    },
  },
};
