/** What the key-value store decides. */
import { storeRules } from './rules.ts';
import type { StoreRules } from './rules.ts';

export type KeyRules = Pick<
  StoreRules,
  | 'isDoneOnce'
  | 'answerAgain'
  | 'mayServeStale'
  | 'answered'
  | 'isToldApplied'
  | 'toldElsewhere'
  | 'forgetsTold'
  | 'txnWrites'
  | 'txnReadsOwn'
  | 'txnSucceeds'
  | 'isTold'
  | 'isInSnapshot'
  | 'startsAfter'
  | 'isToldOfSnapshot'
  | 'removedWith'
  | 'mayBeCopy'
  | 'mayGoOn'
  | 'nextPage'
>;

const { isDoneOnce, answerAgain, mayServeStale, isTold, isInSnapshot, startsAfter } = storeRules;
const { toldElsewhere, forgetsTold } = storeRules;
const { mayBeCopy, removedWith, mayGoOn, nextPage } = storeRules;
const { isToldOfSnapshot, answered, isToldApplied, txnWrites, txnReadsOwn, txnSucceeds } =
  storeRules;

export const keyRules: KeyRules = {
  isDoneOnce,
  answerAgain,
  mayServeStale,
  answered,
  isToldApplied,
  toldElsewhere,
  forgetsTold,
  txnWrites,
  txnReadsOwn,
  txnSucceeds,
  isTold,
  isInSnapshot,
  startsAfter,
  isToldOfSnapshot,
  mayBeCopy,
  removedWith,
  mayGoOn,
  nextPage,
};
