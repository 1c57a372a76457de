/** A registry of peers broken. */
import type { Mutants } from '../mechanism.ts';
import { eurekaRules } from './rules.ts';
import type { EurekaRules } from './rules.ts';

export const eurekaMutants: Mutants<EurekaRules> = {
  'preserves-never': {
    difficulty: 'easy',
    what: 'a peer evicts whoever has not renewed, even when hardly anybody could',
    breaks: ['self-preservation'],
    shows: ['renewals-lost', 1],
    rules: { isPreserving: () => false },
  },
  // What operators see of Eureka with few instances: one that is missing is more than 15 %.
  'preserves-always': {
    difficulty: 'easy',
    what: 'a peer evicts nobody, as if the network were always at fault',
    breaks: ['ghosts-evicted', 'peers-agree'],
    shows: ['renewals-lost', 1],
    rules: { isPreserving: () => true },
  },
  'evicts-one-a-turn': {
    difficulty: 'hard',
    what: 'a peer evicts nobody who is the only one to have expired',
    breaks: ['ghosts-evicted', 'peers-agree'],
    shows: ['renewals-lost', 1],
    rules: { evictions: (f, c) => Math.max(0, eurekaRules.evictions(f, c) - 1) },
  },
  'starts-without-asking': {
    difficulty: 'easy',
    what: 'a peer that starts waits until instances renew, and denies them until then',
    breaks: ['peers-told'],
    shows: ['peers-restarted', 1],
    rules: { asksForAll: () => false },
  },
  'registrations-not-told': {
    difficulty: 'easy',
    what: 'a peer tells the others of renewals, not of registrations',
    breaks: ['peers-told'],
    shows: ['peers-restarted', 1],
    rules: { isTold: (change) => change !== 'register' },
  },
  'renewals-not-told': {
    difficulty: 'hard',
    what: 'a peer tells the others of registrations, not of renewals',
    breaks: ['peers-agree'],
    shows: ['renewals-lost', 2],
    rules: { isTold: (change) => change !== 'renew' },
  },
  'goodbye-not-told': {
    difficulty: 'easy',
    what: 'a peer tells the others of registrations and renewals, not of goodbyes',
    breaks: ['goodbye-spreads'],
    shows: ['goodbyes-overtaken', 1],
    rules: { isTold: (change) => change !== 'cancel' },
  },
  'goodbye-outranks': {
    difficulty: 'hard',
    what: 'a peer strikes off whoever said goodbye, even if it has registered anew since',
    breaks: ['return-kept'],
    shows: ['goodbyes-overtaken', 1],
    rules: { isOvertaken: () => false },
  },
};
