/** The exchange of evidence broken. */
import type { Mutants } from '../mechanism.ts';
import type { ExchangeRules } from './rules.ts';

export const exchangeMutants: Mutants<ExchangeRules> = {
  'evidence-young-again': {
    difficulty: 'hard',
    what: 'evidence that is passed on counts as if it had just been issued',
    breaks: ['ended-unused'],
    shows: ['evidence-revoked', 1],
    rules: { toldAgeUs: () => 0 },
  },
  'evidence-never-ends': {
    difficulty: 'easy',
    what: 'evidence is used however old it is',
    breaks: ['ended-unused'],
    shows: ['evidence-revoked', 1],
    rules: { isInForce: () => true },
  },
  'evidence-not-taken-back': {
    difficulty: 'easy',
    what: 'a node goes on to use what its issuer has taken back',
    breaks: ['revoked-unused'],
    shows: ['evidence-revoked', 1],
    rules: { heedsRevocation: () => false },
  },
  'evidence-leaves-its-zone': {
    difficulty: 'easy',
    what: 'evidence for one zone is told to its region',
    breaks: ['evidence-in-scope'],
    shows: ['evidence-revoked', 1],
    rules: { isFor: (scope, here, there) => scope === 'global' || here.region === there.region },
  },
  'evidence-leaves-its-region': {
    difficulty: 'easy',
    what: 'evidence is told to everybody, whomever it is for',
    breaks: ['evidence-in-scope'],
    shows: ['evidence-revoked', 1],
    rules: { isFor: () => true },
  },
  'evidence-boot-forgotten': {
    difficulty: 'hard',
    what: 'who was restarted numbers its evidence from the beginning: what it said before outranks it',
    breaks: ['revoked-unused'],
    shows: ['evidence-claimed-again', 1],
    rules: { bootOf: () => 1 },
  },
  'evidence-tie-younger': {
    difficulty: 'hard',
    what: 'of one word that came by two ways the younger age counts',
    breaks: ['ended-unused'],
    shows: ['evidence-claimed-again', 1],
    rules: { issuedUs: Math.max },
  },
  'leader-known-nearby': {
    difficulty: 'hard',
    what: 'who leads is told in the region of the leader alone',
    breaks: ['evidence-arrives'],
    shows: ['evidence-revoked', 1],
    rules: { scopeOf: (about) => (about === 'leadership' ? 'region' : null) },
  },
  'evidence-kept-to-oneself': {
    difficulty: 'easy',
    what: 'evidence stays in its zone, whomever it is for',
    breaks: ['evidence-arrives'],
    shows: ['evidence-revoked', 1],
    rules: { isFor: (_scope, here, there) => here.zone === there.zone },
  },
};
