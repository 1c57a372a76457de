/** What a change of servers decides. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type ServerRules = Pick<
  StoreRules,
  'quorums' | 'firstStep' | 'mayChange' | 'isCaughtUp' | 'mayHandOver' | 'needsVotes'
>;

const { quorums, firstStep, mayChange, isCaughtUp, mayHandOver, needsVotes } = storeRules;

export const serverRules: ServerRules = {
  quorums,
  firstStep,
  mayChange,
  isCaughtUp,
  mayHandOver,
  needsVotes,
};
