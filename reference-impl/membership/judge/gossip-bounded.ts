/**
 * EFFICIENCY: where there is no news, members cost one probe a period and its answer, each.
 *
 * SWIM's point: the load of a member does not grow with the cluster (§5). A piece of news is
 * passed on a bounded number of times (§4.1), so gossip ends; whole tables are exchanged twice a minute.
 */
import { formatDuration, nameNode, secondsUs, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { messagesOf, quietTraffic } from '../../meter/judge/quiet.ts';
import type { QuietTraffic } from '../../meter/judge/quiet.ts';

export interface GossipParameters {
  /** The last piece of news has been passed on by everybody this long after it was told of, µs. */
  readonly settleUs: number;
  /** A period of probes, and between two exchanges of tables, µs; clocks may run fast by a thousandth. */
  readonly probeUs: number;
  readonly pushPullUs: number;
  /** What was under way when the count began, of each kind. */
  readonly spare: number;
}

export const usualGossip: GossipParameters = {
  settleUs: secondsUs(5),
  probeUs: 999_000,
  pushPullUs: 29_900_000,
  spare: 2,
};

const id = 'gossip-bounded';
const claim =
  'Where there is no news a member sends one ping a period, answers each ping once, and gossips no more.';

export function gossipBounded(p: GossipParameters = usualGossip): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'while no fault is in force, and no member changed lately',
    judge: (history, program) => judge(history, program, p),
  };
}

function judge(history: History, program: Program, p: GossipParameters): Verdict {
  const reports = quietTraffic(history, program, {
    lane: 'membership',
    settleUs: p.settleUs,
    isUnrest: (e) => e.type === 'observe' && e.value.kind === 'members',
  });
  for (const r of reports) {
    for (const [kind, most] of Object.entries(allowed(r, p))) {
      const sent = messagesOf(r.traffic.sent, kind);
      if (sent <= most) continue;
      const who = nameNode(program, r.node);
      const sentences = [
        `In ${formatDuration(r.tookUs)} until ${formatDuration(r.timeUs)}, ${when(r.timeUs)}, nothing was wrong and no member had changed.`,
        `${who} sent ${sent} messages of kind ${kind}: ${most} are enough.`,
      ];
      return {
        kind: 'violated',
        invariant: id,
        claim,
        explanation: { atUs: r.timeUs, sentences, ops: [] },
      };
    }
  }
  const pings = reports.reduce((n, r) => n + messagesOf(r.traffic.sent, 'ping'), 0);
  if (pings === 0) {
    return { kind: 'unknown', invariant: id, reason: 'no member counted what it sent in quiet' };
  }
  return {
    kind: 'holds',
    invariant: id,
    basis: `${pings} pings in ${reports.length} quiet spells`,
  };
}

/** Of each kind, the messages that this spell may take. */
function allowed(r: QuietTraffic, p: GossipParameters): Readonly<Record<string, number>> {
  const { received } = r.traffic;
  const probes = Math.ceil(r.tookUs / p.probeUs);
  const exchanges = Math.ceil(r.tookUs / p.pushPullUs);
  return {
    ping: probes + messagesOf(received, 'ping-req') + p.spare,
    // Its own answers, and those that it passes on for another.
    ack: messagesOf(received, 'ping') + messagesOf(received, 'ack') + p.spare,
    gossip: p.spare,
    push: exchanges + p.spare,
    pull: messagesOf(received, 'push') + p.spare,
  };
}
