/** Bulkheads that leak. */
import type { Mutants } from '../mechanism.ts';
import type { BulkheadRules } from './rules.ts';

export const bulkheadMutants: Mutants<BulkheadRules> = {
  'pool-unbounded': {
    difficulty: 'easy',
    what: 'calls go out however many of them are out already',
    breaks: ['bulkhead-bounded', 'bulkhead-isolates'],
    shows: ['cascade', 1],
    rules: { mayCall: () => true },
  },
  'pool-off-by-one': {
    difficulty: 'hard',
    what: 'a pool lets one call more out than it has',
    breaks: ['bulkhead-bounded'],
    shows: ['cascade', 1],
    rules: { mayCall: (out, { callsMax }) => out <= callsMax },
  },
  // One connection pool for all hosts.
  'pool-shared': {
    difficulty: 'easy',
    what: 'all dependencies share one pool',
    breaks: ['bulkhead-isolates'],
    shows: ['slow-neighbour', 1],
    rules: { pool: () => 'all' },
  },
  'slot-lost-on-timeout': {
    difficulty: 'hard',
    what: 'a call that times out never gives its place back',
    breaks: ['recovers-after-surge'],
    shows: ['slow-neighbour', 1],
    rules: { left: (out, wasAnswered) => (wasAnswered ? out - 1 : out) },
  },
};
