/** What a node believes of itself and of others, broken: evidence, membership. */
import { secondsUs } from '../../harness/core/duration.ts';
import { discoveryRules } from '../agent/discovery.ts';
import { ghostMember } from './ghost-member.ts';
import type { Mutants } from './mutant.ts';
import { neverRefute } from './never-refute.ts';

export const nodeMutants: Mutants = {
  'evidence-expired': {
    class: 'evidence',
    difficulty: 'easy',
    what: 'a change of mode rests on evidence whatever its age',
    breaks: ['evidence-lifetime'],
    modeRules: { mayUse: () => true },
  },
  'evidence-grace': {
    class: 'evidence',
    difficulty: 'hard',
    what: 'evidence is used for some seconds after it has expired',
    breaks: ['evidence-lifetime'],
    modeRules: { mayUse: (e, nowUs) => nowUs < e.issuedUs + e.lifetimeUs + secondsUs(5) },
  },
  'stale-claimed-fresh': {
    class: 'evidence',
    difficulty: 'easy',
    what: "lists pass for the registry's own, however long it has not confirmed them",
    breaks: ['evidence-freshness'],
    agentRules: { source: () => 'registry' },
  },
  'age-forgotten': {
    class: 'evidence',
    difficulty: 'easy',
    what: 'a stale list is said to be no older than a fresh one may be',
    breaks: ['evidence-freshness'],
    agentRules: { staleUsMax: (_source, _ageUs, p) => p.cacheTtlUs },
  },
  'fresh-too-long': {
    class: 'evidence',
    difficulty: 'hard',
    what: "lists pass for the registry's own for ten seconds after that has ended",
    breaks: ['evidence-freshness'],
    agentRules: {
      source: (ageUs, mode, p) => discoveryRules.source(ageUs - secondsUs(10), mode, p),
    },
  },
  'never-refute': {
    class: 'membership',
    difficulty: 'easy',
    what: 'a member that is wrongly suspected does not contradict',
    breaks: ['membership'],
    membershipRules: neverRefute,
  },
  'ghost-member': {
    class: 'membership',
    difficulty: 'hard',
    what: 'a dead member is revived by old news',
    breaks: ['membership'],
    membershipRules: ghostMember,
  },
};
