/** The layers broken. */
import type { Mutants } from '../mechanism.ts';
import type { LayerRules, Said } from './rules.ts';

export const layerMutants: Mutants<LayerRules> = {
  'general-wins': {
    difficulty: 'easy',
    what: 'of several layers the most general one is served',
    breaks: ['layers-fold'],
    shows: ['layers-change', 1],
    rules: { effective: (said) => said[0] as Said },
  },
  'hash-omits-values': {
    difficulty: 'hard',
    what: 'the hash of what is served covers names alone',
    breaks: ['layers-fold'],
    shows: ['layers-change', 1],
    rules: { hashed: (name) => name },
  },
  'floor-keeps-copy': {
    difficulty: 'hard',
    what: 'on the Floor a node goes on serving an old copy of the configuration',
    breaks: ['layers-fold'],
    shows: ['layers-change', 2],
    rules: { isServed: () => true },
  },
};
