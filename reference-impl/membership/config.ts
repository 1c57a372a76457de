/**
 * The knobs of SWIM, each with its formula and what it trades. Protocol times are never scaled.
 *
 * Presets are HashiCorp memberlist's, so that figures can be compared.
 */
import { assert } from '../../harness/core/assert.ts';

export interface MembershipConfig {
  /** Each member probes one other member this often. Shorter: faster detection, more load (2 messages). */
  readonly probeUs: number;
  /** No answer by then: ask others. Must leave room for their answer within `probeUs`. */
  readonly probeTimeoutUs: number;
  /** Members asked to probe in our stead: k. False suspicion a probe: (1−q²)(1−q⁴)^k at delivery q. */
  readonly indirectProbes: number;
  /** A suspect has `suspicionMult · max(1, log10 n) · probeUs` to refute, once enough others agree. */
  readonly suspicionMult: number;
  /** With no agreement it has this many times longer (Lifeguard); each accuser shortens it. */
  readonly suspicionMaxMult: number;
  /** News leaves this often, beside what rides on probes. Spread time is about log n of these. */
  readonly gossipUs: number;
  /** Members told at each of these ticks. */
  readonly gossipFanout: number;
  /** A piece of news is sent `retransmitMult · ⌈log10(n+1)⌉` times by each member, then forgotten. */
  readonly retransmitMult: number;
  /** Whole tables are exchanged this often, up to 32 members; above, once more for each doubling. */
  readonly pushPullUs: number;
  /** A dead member is tried again this often (with probability dead/live): heals long partitions. */
  readonly reconnectUs: number;
  /** A joining node asks its seeds again this often until one has answered. */
  readonly joinRetryUs: number;
  /** News of one message, bytes: an Ethernet frame, so that a datagram is never fragmented. */
  readonly packetBytes: number;
  /**
   * News of more than this many packets (a mass join, two halves that meet) is told by whole tables at
   * gossip ticks: a table of a thousand who are alive is one run. Lower: less to send after such an
   * event; but who accused whom is not told by tables, so a suspicion is confirmed by fewer.
   */
  readonly tablePackets: number;
}

/** One local network; memberlist's `DefaultLANConfig`. */
export const lan: MembershipConfig = {
  probeUs: 1_000_000,
  probeTimeoutUs: 500_000,
  indirectProbes: 3,
  suspicionMult: 4,
  suspicionMaxMult: 6,
  gossipUs: 200_000,
  gossipFanout: 3,
  retransmitMult: 4,
  pushPullUs: 30_000_000,
  reconnectUs: 10_000_000,
  joinRetryUs: 1_000_000,
  packetBytes: 1_400,
  tablePackets: 4,
};

/** Several regions; memberlist's `DefaultWANConfig`: patience for slow and lossy links. */
export const wan: MembershipConfig = {
  ...lan,
  probeUs: 5_000_000,
  probeTimeoutUs: 3_000_000,
  suspicionMult: 6,
  gossipUs: 500_000,
  gossipFanout: 4,
  pushPullUs: 60_000_000,
  reconnectUs: 30_000_000,
};

/** Asserts what the protocol needs of its knobs. */
export function assertConfig(c: MembershipConfig): void {
  for (const [name, value] of Object.entries(c)) {
    assert(Number.isSafeInteger(value) && value >= 0, 'a knob is a whole number', { name, value });
  }
  assert(c.probeTimeoutUs > 0 && c.probeTimeoutUs < c.probeUs, 'others answer within the period', {
    probeTimeoutUs: c.probeTimeoutUs,
    probeUs: c.probeUs,
  });
  assert(c.gossipUs > 0 && c.pushPullUs > 0 && c.reconnectUs > 0, 'ticks take time');
  assert(
    c.joinRetryUs > 0 && c.suspicionMult > 0 && c.suspicionMaxMult > 0,
    'patience is positive',
  );
}
