/** The past of keys (C1): reads at a revision, and compaction by command. */
import { table } from '../mechanism.ts';
import { pastMutants } from './mutants.ts';
import { pastOp } from './operations.ts';
import { pastRules } from './rules.ts';

export const revisions = table({
  id: 'revisions',
  requirements: ['C1'],
  what: 'what keys were at an earlier revision, until a compaction forgets it',
  rules: pastRules,
  operations: { 'read-at': pastOp, compact: pastOp, 'write-if-known': pastOp },
  promises: ['past-as-it-was'],
  mutants: pastMutants,
});
