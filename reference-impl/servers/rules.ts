/** What a change of servers decides. */
import { changeRules } from '../consensus/change-rules.ts';
import type { ChangeRules } from '../consensus/change-rules.ts';
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type ServerRules = Pick<StoreRules, keyof ChangeRules | 'mayHandOver' | 'needsVotes'>;

const { mayHandOver, needsVotes } = storeRules;

export const serverRules: ServerRules = { ...changeRules, mayHandOver, needsVotes };
