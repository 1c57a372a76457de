/** The audit broken. */
import type { Mutants } from '../mechanism.ts';
import { headKey, rolePrefix } from './config.ts';
import type { AuditRules } from './rules.ts';

const story = 'settings-audited';
const beside = 'settings-written-beside';

export const auditMutants: Mutants<AuditRules> = {
  'audit-forgets-roll-backs': {
    difficulty: 'easy',
    what: 'a roll-back is not written down',
    breaks: ['audit-complete'],
    shows: [story, 1],
    rules: { isAudited: (act) => act !== 'roll-back' },
  },
  'audit-end-unchecked': {
    difficulty: 'hard',
    what: 'of two changes at once the later entry takes the place of the earlier one',
    breaks: ['audit-complete'],
    shows: [story, 1],
    rules: { guards: (all) => all.filter(({ key }) => key !== headKey) },
  },
  'audit-key-unguarded': {
    difficulty: 'hard',
    what: 'a change does not mind that the key was written plainly since it was read',
    breaks: ['entries-true'],
    shows: [beside, 1],
    rules: {
      guards: (all) => all.filter(({ key }) => key === headKey || key.startsWith(rolePrefix)),
    },
  },
  'audit-role-unguarded': {
    difficulty: 'hard',
    what: 'a change does not mind that the role for it was taken since it was read',
    breaks: ['entries-true'],
    shows: [beside, 1],
    rules: { guards: (all) => all.filter(({ key }) => !key.startsWith(rolePrefix)) },
  },
  'override-by-anybody': {
    difficulty: 'easy',
    what: 'an override needs no role',
    breaks: ['override-expires'],
    shows: [story, 1],
    rules: { mayDo: () => true },
  },
  'override-immortal': {
    difficulty: 'easy',
    what: 'an override stays until somebody removes it',
    breaks: ['override-expires'],
    shows: [story, 1],
    rules: { hasExpired: () => false },
  },
  'override-outlives-recovery': {
    difficulty: 'easy',
    what: 'who recovers leaves the overrides that were made before in force',
    breaks: ['overrides-cleaned'],
    shows: ['overrides-cleaned-up', 1],
    rules: { endsInRecovery: () => false },
  },
  'override-ends-early': {
    difficulty: 'easy',
    what: 'an override ends after half of its time',
    breaks: ['override-expires'],
    shows: [story, 1],
    rules: { hasExpired: (ageUs, ttlUs) => ageUs >= ttlUs / 2 - 1 },
  },
};
