/** A ring of peers that finds the owner of a key in a logarithm of hops (W4). */
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { chordOf } from './config.ts';
import { lookupRight } from './judge/lookup-right.ts';
import { lookupShort } from './judge/lookup-short.ts';
import { createChord } from './machine.ts';
import { chordMutants } from './mutants.ts';
import { chordRules } from './rules.ts';
import { chordChurn } from './scenario.ts';

export const chord = lane({
  id: 'chord',
  requirements: ['W4'],
  what: 'finds the owner of a key among peers, each of which knows a few others',
  rules: chordRules,
  machine({ id, shape, settings }, rules) {
    const config = chordOf(settings);
    const size = nodeCount(shape);
    if (config === null || id >= size) return null;
    return createChord({ self: id, size, config, rules });
  },
  operations: {
    locate: ({ value }, shape) => (typeof value === 'number' ? value : 0) % nodeCount(shape),
  },
  promises: [lookupRight(), lookupShort()],
  mutants: chordMutants,
  scenarios: [chordChurn],
});
