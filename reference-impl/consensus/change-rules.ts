/** The small decisions of a change of servers, each pure. A mutant replaces one of them. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Configuration } from './configuration.ts';

interface ChangeFacts {
  /** The leader has committed an entry of its own term. */
  readonly hasCommittedInTerm: boolean;
  /** The last configuration of its log is committed. */
  readonly isSettled: boolean;
}

export interface ChangeRules {
  /** The sets of voters a majority of each of which must agree to whatever is decided. */
  quorums(c: Configuration): readonly (readonly NodeId[])[];
  /** The first configuration on the way from one to the other. */
  firstStep(from: Configuration, to: Configuration): Configuration;
  /** May a leader append the next configuration? */
  mayChange(f: ChangeFacts): boolean;
  /** Does who asks for a change wait for the end of the one that is under way? */
  isSameChange(isSame: boolean): boolean;
  /** Is a change told to be done that has ended so? The other end: it was given up. */
  isToldDone(isDone: boolean): boolean;
  /** May a learner become a voter whose last round of catching up took so long? */
  isCaughtUp(roundUs: number, electionMinUs: number): boolean;
  /** Where entries of the log are replaced: does a configuration among them cease to be in force? */
  endsWithItsEntry(): boolean;
  /** Is the configuration of a snapshot in force from then on? `index`: of the one that is in force. */
  isTakenFromSnapshot(index: number): boolean;
}

export const changeRules: ChangeRules = {
  // Neither may decide alone: a server may still go by one of them only (§6).
  quorums: ({ voters, old }) => (old === undefined ? [voters] : [old, voters]),
  firstStep: (from, to) => ({ ...to, old: from.voters }),
  // One at a time. That it has committed an entry of its own term is needed where voters change without a joint
  // step (Ongaro's mail to raft-dev, 10 July 2015); here it is a second lock on the same door.
  mayChange: (f) => f.hasCommittedInTerm && f.isSettled,
  // Of another one it learns nothing.
  isSameChange: (isSame) => isSame,
  isToldDone: (isDone) => isDone,
  // Otherwise nothing could be committed until it has the rest (dissertation §4.2.1).
  isCaughtUp: (roundUs, electionMinUs) => roundUs <= electionMinUs,
  // A server goes by the last one in its log (dissertation §4.1): one that was overwritten was never decided.
  endsWithItsEntry: () => true,
  // The log that it replaces is gone, with all configurations in it (dissertation §5.1).
  isTakenFromSnapshot: () => true,
};
