/**
 * EFFICIENCY: to replicate costs what it must, and no more.
 *
 * A leader sends each follower a heartbeat every 50 ms, and for each request at most one message more:
 * that of its entry, or that of the round by which a read asks whether the leader still leads. Groups
 * make it less. Each is answered once. An entry's bytes go to each follower once: those of the
 * request and what the log adds. Nothing is lost, but messages may overtake one another: a follower
 * refuses the later one, and gets entries once more.
 */
import { formatDuration, nameNode, nodesWithRole, secondsUs, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { bytesOf, messagesOf, quietTraffic } from '../../meter/judge/quiet.ts';
import type { QuietTraffic } from '../../meter/judge/quiet.ts';

export interface ReplicationParameters {
  /** So long after what was wrong followers may still be catching up, µs. */
  readonly settleUs: number;
  /** Between two heartbeats at the least, µs; a clock may run fast by a thousandth. */
  readonly heartbeatUs: number;
  /** Of a hundred requests, those that may be sent once more as messages overtook one another. */
  readonly againPercent: number;
  /** Entries of no request (a lease that ends), what was under way when the count began. */
  readonly spare: number;
  /** A message without entries, bytes; and what an entry adds to the bytes of its request. */
  readonly messageBytes: number;
  readonly entryBytes: number;
}

export const usualReplication: ReplicationParameters = {
  settleUs: secondsUs(3),
  heartbeatUs: 49_000,
  againPercent: 20,
  spare: 5,
  messageBytes: 160,
  entryBytes: 160,
};

const id = 'replication-bounded';
const claim =
  'While nothing is wrong a leader sends each follower hardly more messages than heartbeats and requests, with each entry once, and each is answered once.';

export function replicationBounded(p: ReplicationParameters = usualReplication): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'while no fault is in force, and nobody caught up or was elected lately',
    judge: (history, program) => judge(history, program, p),
  };
}

/** Who leads, or takes part, is another. */
const unrest: ReadonlySet<string> = new Set(['role', 'configuration', 'hand-over']);

function judge(history: History, program: Program, p: ReplicationParameters): Verdict {
  const reports = quietTraffic(history, program, {
    lane: 'consensus',
    settleUs: p.settleUs,
    isUnrest: (e) => e.type === 'observe' && unrest.has(e.value.kind),
  });
  const servers = nodesWithRole(program.shape, 'server').length;
  for (const r of reports) {
    const wrong = wrongAnswers(r, p) ?? wrongMessages(r, servers, p) ?? wrongBytes(r, servers, p);
    if (wrong === null) continue;
    const who = nameNode(program, r.node);
    const during = `In ${formatDuration(r.tookUs)} until ${formatDuration(r.timeUs)}`;
    const sentences = [`${during}, ${when(r.timeUs)}, nothing was wrong.`, `${who} ${wrong}`];
    return {
      kind: 'violated',
      invariant: id,
      claim,
      explanation: { atUs: r.timeUs, sentences, ops: [] },
    };
  }
  const sent = reports.reduce((n, r) => n + messagesOf(r.traffic.sent, 'append'), 0);
  if (sent === 0) {
    return { kind: 'unknown', invariant: id, reason: 'no leader counted what it sent in quiet' };
  }
  const asked = reports.reduce((n, r) => n + messagesOf(r.traffic.received, 'request'), 0);
  const basis = `${sent} messages of leaders for ${asked} requests to ${servers} servers`;
  return { kind: 'holds', invariant: id, basis };
}

function wrongAnswers({ traffic }: QuietTraffic, { spare }: ReplicationParameters): string | null {
  const asked = messagesOf(traffic.received, 'append');
  const answers = messagesOf(traffic.sent, 'appended');
  if (answers <= asked + spare) return null;
  return `got ${asked} messages of its leader and answered ${answers} times.`;
}

function wrongMessages(r: QuietTraffic, servers: number, p: ReplicationParameters): string | null {
  const { mostEach, requests, heartbeats } = allowed(r, p);
  const sent = messagesOf(r.traffic.sent, 'append');
  const most = (servers - 1) * mostEach;
  if (sent <= most) return null;
  return `sent its ${servers - 1} followers ${sent} messages, for ${requests} requests and ${heartbeats} heartbeats to each: ${most} are enough.`;
}

function wrongBytes(r: QuietTraffic, servers: number, p: ReplicationParameters): string | null {
  const { mostEach, requests } = allowed(r, p);
  const asked = bytesOf(r.traffic.received, 'request');
  const bytes = bytesOf(r.traffic.sent, 'append');
  const each =
    mostEach * p.messageBytes +
    (1 + p.againPercent / 100) * ((requests + p.spare) * p.entryBytes + asked);
  const most = (servers - 1) * each;
  if (bytes <= most) return null;
  return `sent its ${servers - 1} followers ${bytes} bytes for ${requests} requests of ${asked} bytes: ${most} are enough.`;
}

function allowed(
  { traffic, tookUs }: QuietTraffic,
  { heartbeatUs, spare, againPercent }: ReplicationParameters,
): { readonly mostEach: number; readonly requests: number; readonly heartbeats: number } {
  const requests = messagesOf(traffic.received, 'request');
  const heartbeats = Math.ceil(tookUs / heartbeatUs);
  const again = Math.ceil((requests * againPercent) / 100);
  return { mostEach: heartbeats + requests + again + spare, requests, heartbeats };
}
