/** What a node does about a disk that fails it. */

/** The rules of whoever hosts a node, which a broken variant replaces. */
export interface DiskCare {
  /** A sync failed: the node stops, or asks once more and believes what it is told (fsyncgate, 2018). */
  readonly afterFailedSync: 'stop' | 'try again';
  /** Records have sums by which damage is noticed. */
  readonly checksSums: boolean;
  /** Records say where they belong, so that one in another's place is not taken for the torn end of a log. */
  readonly checksPlaces: boolean;
}

export const carefulDisk: DiskCare = {
  afterFailedSync: 'stop',
  checksSums: true,
  checksPlaces: true,
};
