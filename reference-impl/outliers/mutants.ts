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
  'ejects-nobody': {
    difficulty: 'easy',
    what: 'nobody is ejected, whatever fails',
    breaks: ['ejected-for-cause'],
    shows: ['failures-scattered', 1],
    rules: { mayEject: () => false },
  },
  'failures-add-up': {
    difficulty: 'easy',
    what: 'calls that fail count for ever, not only in a row',
    breaks: ['ejected-for-cause'],
    shows: ['failures-scattered', 1],
    rules: { inARow: (failures, isOk) => (isOk ? failures : failures + 1) },
  },
  'out-for-one-more': {
    difficulty: 'hard',
    what: 'who is ejected for the first time is out for as long as for the second',
    breaks: ['ejected-for-cause'],
    shows: ['failures-scattered', 1],
    rules: { outForUs: (times, baseUs, timesMax) => baseUs * Math.min(times + 1, timesMax) },
  },
  'ejection-ignored': {
    difficulty: 'easy',
    what: 'who is ejected gets calls all the same',
    breaks: ['ejected-spared'],
    shows: ['outliers-leave', 1],
    rules: { isSpared: () => false },
  },
};
