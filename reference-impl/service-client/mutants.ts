/** Calls that go to the wrong zone. */
import type { Mutants } from '../mechanism.ts';
import { callRules } from './rules.ts';
import type { CallRules } from './rules.ts';

export const callMutants: Mutants<CallRules> = {
  // Who looks at zones first sees no reason to leave one in which nobody answers.
  'zone-before-health': {
    difficulty: 'hard',
    what: 'calls stay in their zone although no instance there is healthy',
    breaks: ['zone-preferred'],
    shows: ['zone-loss', 1],
    rules: {
      candidates(f) {
        const near = f.isNear === null ? [] : f.listed.filter(f.isNear);
        if (near.length === 0) return callRules.candidates(f);
        const healthy = near.filter((i) => f.healthy.includes(i));
        return callRules.candidates({ ...f, listed: near, healthy });
      },
    },
  },
  'zone-left-early': {
    difficulty: 'hard',
    what: 'calls leave their zone as soon as one of its instances is not healthy',
    breaks: ['zone-preferred'],
    shows: ['zone-loss', 2],
    rules: {
      candidates(f) {
        const isWhole = f.listed.every((i) => f.isNear?.(i) !== true || f.healthy.includes(i));
        return callRules.candidates(isWhole ? f : { ...f, isNear: null });
      },
    },
  },
};
