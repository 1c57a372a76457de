/** Rollouts broken. */
import type { Mutants } from '../mechanism.ts';
import type { RolloutRules } from './rules.ts';

const story = 'rollout-with-regression';

export const rolloutMutants: Mutants<RolloutRules> = {
  'rollout-step-ahead': {
    difficulty: 'easy',
    what: 'an instance takes the new version a step too soon',
    breaks: ['rollout-share'],
    shows: [story, 1],
    rules: { isNew: (rank, instances, step) => rank < Math.ceil((instances * (step + 1)) / 10) },
  },
  'rollout-in-haste': {
    difficulty: 'easy',
    what: 'a step lasts half of its time',
    breaks: ['rollout-share'],
    shows: [story, 3],
    rules: { isTime: (ageUs, stepUs) => ageUs >= stepUs / 2 },
  },
  'rollout-ignores-p99': {
    difficulty: 'hard',
    what: 'a new version that is slow goes on',
    breaks: ['rollout-returns'],
    shows: [story, 1],
    rules: { isSlower: () => false },
  },
  'rollout-ignores-errors': {
    difficulty: 'hard',
    what: 'a new version that fails goes on',
    breaks: ['rollout-returns'],
    shows: [story, 2],
    rules: { hasMoreErrors: () => false },
  },
  'rollout-blames-nobody': {
    difficulty: 'hard',
    what: 'any error of the new version is a regression, and so is its first slow call',
    breaks: ['rollout-returns'],
    shows: [story, 3],
    rules: { isSlower: (now, control) => Math.max(...now.tookUs) >= Math.min(...control.tookUs) },
  },
  'rollout-returns-once': {
    difficulty: 'hard',
    what: 'a version that was taken back by a step stays there, however it fares',
    breaks: ['rollout-returns'],
    shows: ['rollout-spoilt', 1],
    rules: { mayReturn: (state) => state === 'rolling' },
  },
  'rollout-waits-for-ever': {
    difficulty: 'hard',
    what: 'a controller whose write got no answer decides nothing more until somebody else has',
    breaks: ['rollout-returns'],
    shows: ['rollout-spoilt', 2],
    rules: { isOver: (isAnswered) => isAnswered },
  },
};
