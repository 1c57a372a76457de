/** The pool of all regions broken. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Mutants } from '../mechanism.ts';
import { lan, wan } from '../membership/config.ts';
import type { WanPoolRules } from './rules.ts';

export const wanPoolMutants: Mutants<WanPoolRules> = {
  'wan-with-lan-timing': {
    difficulty: 'easy',
    what: 'servers of all regions are as impatient with each other as those of one network',
    breaks: ['wan-patient'],
    shows: ['wan-region-cut', 1],
    rules: { timing: () => lan },
  },
  'wan-suspects-for-ever': {
    difficulty: 'easy',
    what: 'a server that is suspected by those of other regions is never declared dead',
    breaks: ['regions-told'],
    shows: ['wan-region-dark', 1],
    rules: { timing: () => ({ ...wan, suspicionMult: 1_000 }) },
  },
  'wan-never-reconnects': {
    difficulty: 'hard',
    what: 'a server that was declared dead is never tried again by those of other regions',
    breaks: ['regions-told'],
    shows: ['wan-region-cut', 1],
    rules: { timing: () => ({ ...wan, reconnectUs: secondsUs(36_000) }) },
  },
  'wan-of-everybody': {
    difficulty: 'easy',
    what: 'instances of services are in the pool of all regions as well',
    breaks: ['pools-apart'],
    shows: ['wan-region-cut', 1],
    rules: { belongs: (role) => role === 'server' || role === 'service' },
  },
};
