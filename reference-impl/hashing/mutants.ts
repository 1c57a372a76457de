/** Keys that are placed badly. */
import type { Mutants } from '../mechanism.ts';
import type { HashRules } from './rules.ts';
import { tableOf } from './tables.ts';

export const hashMutants: Mutants<HashRules> = {
  'hash-mod-n': {
    difficulty: 'easy',
    what: 'a key belongs to the instance whose number is its hash modulo their count',
    breaks: ['movement-minimal'],
    shows: ['keys-stay', 1],
    rules: {
      table: (instances) => {
        const at = (hash: number, i: number): number => {
          return instances[(hash + i) % instances.length] ?? 0;
        };
        return {
          owner: (hash) => at(hash, 0),
          order: (hash) => instances.map((_, i) => at(hash, i)),
        };
      },
    },
  },
  'one-point-each': {
    difficulty: 'hard',
    what: 'each instance has one point on the ring',
    breaks: ['keys-spread'],
    shows: ['keys-stay', 7],
    rules: { table: (instances, c) => tableOf(instances, { ...c, virtualNodes: 1 }) },
  },
  'bound-ignored': {
    difficulty: 'easy',
    what: 'the owner of a key gets all calls of it, however many are out to it',
    breaks: ['hot-spot-bounded'],
    shows: ['hot-keys', 1],
    rules: { mayTake: () => true },
  },
  'bound-doubled': {
    difficulty: 'hard',
    what: 'an instance may have twice of what the bound says',
    breaks: ['hot-spot-bounded'],
    shows: ['hot-keys', 1],
    rules: {
      mayTake: (out, all, n, { boundPermille }) =>
        out + 1 <= Math.ceil(((all + 1) * 2 * boundPermille) / 1_000 / n),
    },
  },
  'connections-forgotten': {
    difficulty: 'easy',
    what: 'where the calls of a key went is written down, and never looked up',
    breaks: ['movement-minimal'],
    shows: ['connections-kept', 1],
    rules: { keeps: () => null },
  },
  'connections-too-few': {
    difficulty: 'hard',
    what: 'a caller remembers a hundredth of the keys that it was told to',
    breaks: ['movement-minimal'],
    shows: ['connections-kept', 1],
    rules: { connectionsMax: ({ connectionsMax }) => Math.ceil(connectionsMax / 100) },
  },
};
