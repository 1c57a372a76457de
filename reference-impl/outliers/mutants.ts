/** Callers that eject too many, and callers that do not keep to it. */
import type { Mutants } from '../mechanism.ts';
import type { OutlierRules } from './rules.ts';

export const outlierMutants: Mutants<OutlierRules> = {
  'ejects-all': {
    difficulty: 'hard',
    what: 'instances are ejected until none is left',
    breaks: ['ejection-bounded'],
    shows: ['outliers-leave', 1],
    rules: { mayEject: () => true },
  },
  'ejection-ignored': {
    difficulty: 'easy',
    what: 'who is ejected gets calls all the same',
    breaks: ['ejected-spared'],
    shows: ['outliers-leave', 1],
    rules: { isSpared: () => false },
  },
};
