/**
 * RESILIENCE: leadership is there when it can be, and stays while nothing is wrong with it.
 *
 * Safety does not suffer when servers stand for election without need, or together for ever: writes do.
 * What Raft's randomised time-outs (§5.2), pre-vote and check-quorum (dissertation §9.6, §6.2) are for.
 */
import {
  faultSpans,
  formatDuration,
  lastHealUs,
  nameNode,
  processes,
  secondsUs,
  stalledUs,
  stillBroken,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  FaultSpan,
  History,
  Invariant,
  NodeId,
  Program,
  Verdict,
} from '../../../harness/spec.ts';

import { committedConfigurations, firstVoters } from './voters.ts';

export interface LeadershipParameters {
  /**
   * Protocol time, µs: within it of the last fault somebody leads, and a change of leader is put down to
   * what was wrong within it before. Ten elections: those that split and the news of them are in it.
   */
  readonly settleUs: number;
}

const id = 'leadership';
const claim =
  'A majority of servers that can hear one another have a leader within the bound, and lose it for a cause only.';

export function leadership(
  parameters: LeadershipParameters = { settleUs: secondsUs(3) },
): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'any faults that end; a minority of servers may stay broken',
    judge: (history, program) => judge(history, program, parameters),
  };
}

interface Election {
  readonly timeUs: number;
  readonly leader: NodeId;
  readonly term: number;
}

function judge(history: History, program: Program, { settleUs }: LeadershipParameters): Verdict {
  const changes = committedConfigurations(history);
  const handedOverUs = handOvers(history);
  // Who is taken out leaves, and newcomers may be behind.
  const changedUs = [...changes.map((c) => c.timeUs), ...handedOverUs];
  const spans = faultSpans(history, program);
  const elections = electionsOf(history);
  const boundUs = settleUs + stalledUs(history);
  const votersAt = (timeUs: number): readonly NodeId[] =>
    changes.findLast((c) => c.timeUs <= timeUs)?.value.voters ?? firstVoters(program);
  for (const [i, e] of elections.entries()) {
    const before = elections[i - 1];
    if (before === undefined) continue;
    if (changedUs.some((us) => us <= e.timeUs && us + boundUs >= e.timeUs)) continue;
    const servers = votersAt(e.timeUs);
    if (hasCause(e, before.leader, spans, servers, history, boundUs)) continue;
    return violated(needless(before, e, boundUs, program));
  }
  // What is never healed has begun by then, too.
  const calmUs = spans.reduce(
    (us, s) => (s.toUs === Infinity ? Math.max(us, s.fromUs) : us),
    Math.max(lastHealUs(history, spans), ...changedUs),
  );
  const dueUs = calmUs + boundUs;
  const broken = new Set([...stillBroken(spans), ...processes(history).down]);
  const servers = votersAt(Infinity);
  const well = servers.filter((s) => !broken.has(s));
  if (well.length * 2 <= servers.length) return unknown('a majority of servers stayed broken');
  if (dueUs > history.endUs) {
    return unknown(`less than ${formatDuration(boundUs)} were left after the last fault`);
  }
  if (leaderAt(history, dueUs, well) !== null) {
    return {
      kind: 'holds',
      invariant: id,
      basis: `${elections.length} elections, each with a cause`,
    };
  }
  return violated({
    atUs: dueUs,
    sentences: [
      `Nothing more went wrong or was mended after ${formatDuration(calmUs)}, and ${well.map((s) => nameNode(program, s)).join(', ')} were up and could hear one another.`,
      `${formatDuration(boundUs)} later, ${when(dueUs)}, none of them led.`,
    ],
    ops: [],
  });
}

/** When leaders told others to stand in their place. */
function handOvers(history: History): number[] {
  return history.events.flatMap((e) =>
    e.type === 'observe' && e.value.kind === 'hand-over' ? [e.timeUs] : [],
  );
}

/** Each term's leader, in order of terms: news of an old one may come late. */
function electionsOf(history: History): Election[] {
  const found: Election[] = [];
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'role' || e.value.role !== 'leader') continue;
    const { term } = e.value;
    if (!found.some((f) => f.term === term && f.leader === e.node)) {
      found.push({ timeUs: e.timeUs, leader: e.node, term });
    }
  }
  return found.sort((a, b) => a.term - b.term);
}

/** Something was wrong with the old leader, or with so many that it may have heard no majority. */
function hasCause(
  { timeUs }: Election,
  leader: NodeId,
  spans: readonly FaultSpan[],
  servers: readonly NodeId[],
  history: History,
  boundUs: number,
): boolean {
  if (timeUs <= history.readyUs + boundUs) return true;
  const hit = new Set<NodeId>();
  for (const s of spans) {
    if (s.fromUs <= timeUs && s.toUs + boundUs >= timeUs) for (const n of s.nodes) hit.add(n);
  }
  for (const e of history.events) {
    // It died by itself, or the machine stood still: not its fault.
    if (e.type === 'node' && e.timeUs <= timeUs && e.timeUs + boundUs >= timeUs) hit.add(e.node);
  }
  if (hit.has(leader)) return true;
  const sound = servers.filter((s) => !hit.has(s)).length;
  return sound * 2 <= servers.length;
}

function needless(before: Election, e: Election, boundUs: number, program: Program): Explanation {
  return {
    atUs: e.timeUs,
    sentences: [
      `${nameNode(program, before.leader)} led in term ${before.term}, since ${formatDuration(before.timeUs)}.`,
      `${nameNode(program, e.leader)} took over in term ${e.term} ${when(e.timeUs)}, though no fault had touched ${nameNode(program, before.leader)} or half of the servers for ${formatDuration(boundUs)}.`,
    ],
    ops: [],
  };
}

/** The server that leads at `timeUs` by its own last word, or null. */
function leaderAt(history: History, timeUs: number, among: readonly NodeId[]): NodeId | null {
  const leading = new Set<NodeId>();
  for (const e of history.events) {
    if (e.timeUs > timeUs) break;
    if (e.type === 'node') leading.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'role') continue;
    if (e.value.role === 'leader') leading.add(e.node);
    else leading.delete(e.node);
  }
  return among.find((s) => leading.has(s)) ?? null;
}

function violated(explanation: Explanation): Verdict {
  return { kind: 'violated', invariant: id, claim, explanation };
}

function unknown(reason: string): Verdict {
  return { kind: 'unknown', invariant: id, reason };
}
