/** The small decisions of snapshots on their way (§7), each pure. A mutant replaces one of them. */

export interface SnapshotRules {
  /** Does a leader send a snapshot to a follower that needs entry `next`, where its log begins with `first`? */
  maySendSnapshot(next: number, first: number): boolean;
  /** Is a piece of a snapshot sent again that was not answered for so long? */
  maySendAgain(silentUs: number, quorumLostUs: number): boolean;
  /** Is a follower given up that was silent for so long in the middle of a snapshot? */
  isGone(silentUs: number, quorumLostUs: number): boolean;
  /** Does a snapshot begin again whose beginning the follower has lost? */
  beginsAgain(): boolean;
  /** Do the keys of a snapshot stay as they were when it began, whatever happens to them meanwhile? */
  isOfOneMoment(): boolean;
  /** Is a key gone for good that is removed while a snapshot is taken? */
  staysRemoved(): boolean;
}

/** A follower that is silent for so many times `quorumLostUs` begins anew when it is back. */
const goneAfter = 10;

export const snapshotRules: SnapshotRules = {
  // There is no other way back for it (§7).
  maySendSnapshot: () => true,
  // The piece or its answer was lost.
  maySendAgain: (silentUs, quorumLostUs) => silentUs >= quorumLostUs,
  // One is sent at a time: others wait for it.
  isGone: (silentUs, quorumLostUs) => silentUs > goneAfter * quorumLostUs,
  // A restart forgets pieces that came without an end.
  beginsAgain: () => true,
  // Entries after that moment follow, and must not meet what they have done already.
  isOfOneMoment: () => true,
  staysRemoved: () => true,
};
