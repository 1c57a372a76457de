/** Proxies that lose whom they served, or keep whom they should not. */
import type { Mutants } from '../mechanism.ts';
import type { LocalProxyRules } from './rules.ts';

const story = 'proxies-serve-on';

export const localProxyMutants: Mutants<LocalProxyRules> = {
  'empty-list-believed': {
    difficulty: 'hard',
    what: 'when the registry has lost everybody, the proxy serves nobody',
    breaks: ['proxy-serves-on'],
    shows: [story, 1],
    rules: { served: (_now, listed) => listed },
  },
  'backends-unwritten': {
    difficulty: 'hard',
    what: 'the list is not written down: who starts while the registry is gone knows nobody',
    breaks: ['proxy-serves-on'],
    shows: [story, 1],
    rules: { isWritten: () => false },
  },
  'gone-stay-served': {
    difficulty: 'easy',
    what: 'who was once on the list stays on it',
    breaks: ['proxy-follows-registry'],
    shows: [story, 1],
    rules: {
      served: (now, listed) => [...new Set([...(now ?? []), ...listed])].sort((a, b) => a - b),
    },
  },
  'file-stays': {
    difficulty: 'hard',
    what: 'what was found in the file is served for ever, whatever the registry says since',
    breaks: ['proxy-follows-registry'],
    shows: [story, 1],
    rules: { mayReplaceFile: () => false },
  },
};
