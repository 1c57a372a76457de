/** The times of consensus. They are protocol timers: never scaled, in any environment. */
export interface ConsensusConfig {
  /**
   * A follower that heard nothing from a leader for a time drawn from [electionMinUs, electionMaxUs]
   * stands for election. Must be well above a round trip plus a sync of the disk, or nobody is ever
   * elected; the width must be several round trips, or votes split. Longer: fewer needless
   * elections, longer without a leader after a crash (about the mean, plus one round trip).
   */
  readonly electionMinUs: number;
  readonly electionMaxUs: number;
  /**
   * A leader says that it is there this often; a lost entry is noticed after at most this.
   * A third of `electionMinUs`, so that one lost message deposes nobody.
   */
  readonly heartbeatUs: number;
  /**
   * A leader that heard less than a majority for so long steps down (check-quorum). At least
   * `electionMaxUs`; what it bounds is how old an unconfirmed (`default`) read can be.
   */
  readonly quorumLostUs: number;
  /**
   * Reads by a lease of the leader (dissertation §6.4.1) instead of a round of heartbeats each; null:
   * without. Right only while no clock's rate is wrong by more than this, parts per million; the more is
   * allowed for, the shorter the lease.
   */
  readonly leaseDriftPpm: number | null;
  /** Entries of one message: bounds what a follower that catches up gets at a time. */
  readonly batchMax: number;
  /**
   * Entries of one message, bytes as JSON; a single longer entry goes alone. With the longest entry
   * (see `store/sizes.ts`) well below a frame: what is longer than a frame never arrives.
   */
  readonly batchBytesMax: number;
  /**
   * A snapshot is taken when the entries applied since the last one are longer than this and than that
   * snapshot, bytes as JSON. So what is on the disk is at most three times the state, or twice this.
   */
  readonly snapshotBytes: number;
  /** Entries kept in memory behind a snapshot, bytes as JSON: for followers that are a little behind. */
  readonly keptBytes: number;
  /** One piece of a snapshot, bytes as JSON; a single longer row goes alone. One handler makes one. */
  readonly pieceBytes: number;
  /**
   * Servers to be added that have not caught up by then are given up, so that one that is dead keeps
   * nobody from another change. Long enough for a snapshot.
   */
  readonly catchUpUsMax: number;
  /** Servers say after each event how far they have come: for judges, in stories that ask for it. */
  readonly tellsProgress: boolean;
  /** Entries applied by one handler; what is committed beyond waits for the next. */
  readonly applyMax: number;
  /** Entries that a leader accepts beyond its commit index; past it requests are refused. */
  readonly uncommittedMax: number;
  /** The same in bytes as JSON: without a majority a leader must not fill its memory. */
  readonly uncommittedBytesMax: number;
}

/** One data centre: round trips of milliseconds. The 150–300 ms of the Raft paper, §9.3. */
export const lan: ConsensusConfig = {
  electionMinUs: 150_000,
  electionMaxUs: 300_000,
  heartbeatUs: 50_000,
  quorumLostUs: 300_000,
  leaseDriftPpm: null,
  batchMax: 128,
  batchBytesMax: 1_024 * 1_024,
  snapshotBytes: 4 * 1_024 * 1_024,
  keptBytes: 1_024 * 1_024,
  pieceBytes: 256 * 1_024,
  catchUpUsMax: 10_000_000,
  tellsProgress: false,
  applyMax: 1_024,
  uncommittedMax: 4_096,
  uncommittedBytesMax: 64 * 1_024 * 1_024,
};

/** Several regions: round trips of up to 150 ms. */
export const wan: ConsensusConfig = {
  ...lan,
  electionMinUs: 1_500_000,
  electionMaxUs: 3_000_000,
  heartbeatUs: 300_000,
  quorumLostUs: 3_000_000,
};
