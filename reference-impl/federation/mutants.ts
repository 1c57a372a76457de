/** Federation broken. */
import type { Mutants } from '../mechanism.ts';
import type { FederationRules } from './rules.ts';

export const federationMutants: Mutants<FederationRules> = {
  'federation-far-first': {
    difficulty: 'easy',
    what: 'a registry sends callers to other regions before their own',
    breaks: ['local-first'],
    shows: ['region-withdrawn', 1],
    rules: { ladder: () => ['elsewhere', 'zone', 'region'] },
  },
  'federation-zone-unasked': {
    difficulty: 'easy',
    what: 'a registry does not tell the instances of its own zone from others of its region',
    breaks: ['local-first'],
    shows: ['zone-lost', 1],
    rules: { ladder: () => ['region', 'elsewhere'] },
  },
  'federation-believes-for-ever': {
    difficulty: 'easy',
    what: 'what a registry said of itself counts until it says something else',
    breaks: ['withdrawn-spared'],
    shows: ['region-withdrawn', 3],
    rules: { counts: () => true },
  },
  'federation-never-withdraws': {
    difficulty: 'hard',
    what: 'a region counts as healthy while one of its instances lives',
    breaks: ['withdrawn-spared'],
    shows: ['region-withdrawn', 2],
    rules: { isHealthy: (live) => live > 0 },
  },
  'federation-returns-at-once': {
    difficulty: 'hard',
    what: 'a region that was withdrawn counts again as soon as it looks well',
    breaks: ['returns-settled'],
    shows: ['region-withdrawn', 1],
    rules: { isBack: () => true },
  },
  'federation-withdrawn-for-good': {
    difficulty: 'easy',
    what: 'a region that was withdrawn never counts again',
    breaks: ['returns-settled'],
    shows: ['region-withdrawn', 1],
    rules: { isBack: () => false },
  },
  'federation-stays-home': {
    difficulty: 'easy',
    what: 'a registry knows of no other region',
    breaks: ['found-elsewhere'],
    shows: ['region-withdrawn', 1],
    rules: { ladder: () => ['zone', 'region'] },
  },
  'federation-zone-alone': {
    difficulty: 'easy',
    what: 'a registry answers by its own zone alone',
    breaks: ['found-elsewhere'],
    shows: ['region-withdrawn', 1],
    rules: { ladder: () => ['zone'] },
  },
  'federation-goodbye-unsaid': {
    difficulty: 'easy',
    what: 'an instance that is told to stop says goodbye to no registry',
    breaks: ['leavers-forgotten'],
    shows: ['region-taken-down', 1],
    rules: { goodbyes: () => 0 },
  },
  'federation-goodbye-is-loss': {
    difficulty: 'hard',
    what: 'a registry counts who has said goodbye as lost to its region',
    breaks: ['leavers-forgotten'],
    shows: ['region-taken-down', 1],
    rules: { isLoss: () => true },
  },
};
