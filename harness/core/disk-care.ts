/** What a node does about a disk that fails it. */

/** The rules of whoever hosts a node, which a broken variant replaces. */
export interface DiskCare {
  /** A sync failed: the node stops, or asks once more and believes what it is told (fsyncgate, 2018). */
  readonly afterFailedSync: 'stop' | 'try again';
  /** Records have sums by which damage is noticed. */
  readonly checksSums: boolean;
}

export const carefulDisk: DiskCare = { afterFailedSync: 'stop', checksSums: true };
