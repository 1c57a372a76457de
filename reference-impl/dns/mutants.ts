/** DNS broken. */
import type { Mutants } from '../mechanism.ts';
import type { DnsRules } from './rules.ts';

export const dnsMutants: Mutants<DnsRules> = {
  // What the JVM does with `networkaddress.cache.ttl=-1`.
  'dns-kept-for-ever': {
    difficulty: 'easy',
    what: 'a resolver uses an answer for as long as it has it',
    breaks: ['dns-ttl', 'dns-gone'],
    shows: ['names-in-time', 1],
    rules: { mayUse: () => true },
  },
  'dns-ttl-renewed': {
    difficulty: 'hard',
    what: 'a cache tells on the whole TTL of an answer, not what is left of it',
    breaks: ['dns-ttl'],
    shows: ['names-in-time', 1],
    rules: { left: (_now, _until, ttlUs) => ttlUs },
  },
  'dns-nobody-as-long': {
    difficulty: 'hard',
    what: 'that there is nobody may be remembered for as long as who there is',
    breaks: ['dns-ttl'],
    shows: ['names-in-time', 1],
    rules: { ttlUs: (_targets, { ttlUs }) => ttlUs },
  },
  'dns-old-copy': {
    difficulty: 'hard',
    what: 'a server answers from its copy of the catalog, however old that is',
    breaks: ['dns-gone'],
    shows: ['names-in-time', 1],
    rules: { mayAnswer: () => true },
  },
  'dns-age-from-answer': {
    difficulty: 'hard',
    what: 'a copy counts its age from when its confirmation was read, not from when that was asked for',
    breaks: ['dns-gone'],
    shows: ['names-after-pauses', 3],
    rules: { sinceUs: ({ confirmedUs }) => confirmedUs },
  },
  'fallback-never-used': {
    difficulty: 'hard',
    what: 'a Degraded node goes by its own old list, whatever DNS says',
    breaks: ['dns-as-fallback'],
    shows: ['dns-in-degraded', 1],
    rules: { fallsBack: () => false },
  },
  'fallback-always-used': {
    difficulty: 'easy',
    what: 'a node goes by DNS also in Target, where the registry confirms its list',
    breaks: ['dns-as-fallback'],
    shows: ['dns-in-degraded', 1],
    rules: { fallsBack: () => true },
  },
  'srv-priority-ignored': {
    difficulty: 'easy',
    what: 'targets of any priority are picked',
    breaks: ['srv-order'],
    shows: ['names-in-time', 1],
    rules: { first: (targets) => targets },
  },
  'srv-weight-ignored': {
    difficulty: 'easy',
    what: 'targets are picked alike, whatever their weight',
    breaks: ['srv-order'],
    shows: ['names-in-time', 2],
    rules: { weight: () => 1 },
  },
};
