/**
 * DISCOVERY: who says goodbye is gone from all lists soon, and nobody who was told suspects it (D1, D7).
 *
 * Gossip tells everybody with high probability only (Das, Gupta & Motivala, SWIM, 2002, section 4.1): one whom a
 * goodbye misses may probe who left, and suspect it until it hears better.
 */
import {
  formatDuration,
  monitored,
  nameNode,
  nodesWithRole,
  policyUs,
  secondsUs,
  when,
} from '../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  ObservationEvent,
  Program,
  RunMonitor,
} from '../../harness/spec.ts';
import { listAfter } from '../discovery/observations.ts';
import type { Belief } from '../membership/observations.ts';

const id = 'clean-leave';
const claim =
  'A node that is told to stop in quiet times is gone from everybody’s members and lists soon after it has stopped; nobody takes it for dead, and nobody suspects it but one whom gossip missed, when most others were told.';

export interface CleanLeaveParameters {
  /** Policy time: a refresh, for whom the change was not pushed to, µs. Divided outside simulation. */
  readonly refreshUs: number;
  /** Protocol time: gossip, an election, an answer, µs. Never divided. */
  readonly protocolUs: number;
  /** Who stood still for longer, µs, may suspect whom it has not heard: a share of a probe. */
  readonly patienceUs: number;
  /** Times are quiet so long after any other fault, µs: what was suspected then is settled. */
  readonly settleUs: number;
}

const standard: CleanLeaveParameters = {
  refreshUs: 3_300_000,
  protocolUs: 1_500_000,
  patienceUs: 200_000,
  settleUs: secondsUs(30),
};

export function cleanLeave(parameters: CleanLeaveParameters = standard): Invariant {
  const promised = {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel:
      'clean stops alone, with a majority of the servers up meanwhile; bounds grow by what is stalled; any other fault makes the times unquiet',
  } as const;
  return monitored(promised, (program) => new Leavers(program, parameters));
}

interface Leaver {
  readonly node: NodeId;
  readonly toldUs: number;
  /** Null while it says goodbye. */
  goneUs: number | null;
}

/** What one node that is up believes. */
interface Believer {
  readonly sinceUs: number;
  readonly members: Map<NodeId, Belief['status']>;
  readonly lists: Map<string, readonly NodeId[]>;
}

class Leavers implements RunMonitor {
  private readonly program: Program;
  private readonly p: CleanLeaveParameters;
  private readonly boundUs: number;
  private readonly servers: readonly NodeId[];
  private readonly up = new Map<NodeId, Believer>();
  private readonly leavers = new Map<NodeId, Leaver>();
  /** Other faults, and nodes that such a fault took down. */
  private readonly trouble = new Set<number>();
  private troubleUs = -Infinity;
  private readonly stalls: { readonly timeUs: number; readonly lateUs: number }[] = [];
  private judged = 0;

  constructor(program: Program, parameters: CleanLeaveParameters) {
    this.program = program;
    this.p = parameters;
    this.boundUs = policyUs(parameters.refreshUs, program) + parameters.protocolUs;
    this.servers = nodesWithRole(program.shape, 'server');
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    const late = this.overdue(endUs);
    if (late !== null) return late;
    if (this.judged === 0) return { undecided: 'no node was told to stop in quiet times' };
    return `${this.judged} nodes that said goodbye, and all that the others believed of them`;
  }

  event(e: HistoryEvent): Explanation | null {
    const late = this.overdue(e.timeUs);
    if (late !== null) return late;
    if (e.type === 'stall') this.stalls.push(e);
    else if (e.type === 'fault' && e.phase !== 'effective') this.fault(e);
    else if (e.type === 'node') this.process(e);
    else if (e.type === 'observe') return this.observe(e);
    return null;
  }

  private fault(e: HistoryEvent & { readonly type: 'fault' }): void {
    const fault = this.program.faults[e.fault];
    if (fault?.kind === 'crash' && fault.clean === true) {
      if (e.phase !== 'begin') return;
      for (const node of e.nodes) {
        if (this.up.has(node)) this.leavers.set(node, { node, toldUs: e.timeUs, goneUs: null });
      }
      if (!this.hasMajority()) this.troubleUs = e.timeUs;
      return;
    }
    this.troubleUs = e.timeUs;
    if (e.phase === 'begin') this.trouble.add(e.fault);
    else this.trouble.delete(e.fault);
  }

  private process({ node, change, timeUs }: HistoryEvent & { readonly type: 'node' }): void {
    const leaver = this.leavers.get(node);
    if (change === 'started') {
      this.leavers.delete(node);
      this.up.set(node, { sinceUs: timeUs, members: new Map(), lists: new Map() });
      return;
    }
    this.up.delete(node);
    if (change === 'stopped' && leaver !== undefined) leaver.goneUs = timeUs;
    else {
      this.leavers.delete(node);
      this.troubleUs = timeUs;
    }
  }

  private observe({ node, timeUs, value }: ObservationEvent): Explanation | null {
    const believer = this.up.get(node);
    if (believer === undefined) return null;
    if (value.kind === 'discovered') {
      const { lists } = believer;
      lists.set(value.service, listAfter(lists.get(value.service) ?? [], value));
    }
    if (value.kind !== 'members') return null;
    for (const belief of value.news) {
      const wrong = this.illOf(belief, node, timeUs);
      believer.members.set(belief.member, belief.status);
      if (wrong !== null) return wrong;
    }
    return null;
  }

  /** Nobody is to think ill of who said goodbye. */
  private illOf({ member, status }: Belief, by: NodeId, timeUs: number): Explanation | null {
    const leaver = this.leavers.get(member);
    const isIll = status === 'suspect' || status === 'dead';
    if (leaver === undefined || !isIll || !this.isQuiet(leaver)) return null;
    if (status === 'suspect' && this.wasMissed(by, member)) return null;
    // Whoever stood still may not have heard in time that it leaves.
    if (this.stalledUs(leaver.toldUs - this.p.protocolUs) > this.p.patienceUs) return null;
    const sentence = `${this.name(by)} took ${this.name(member)} for ${status} ${when(timeUs)}.`;
    return this.wrong(leaver, timeUs, sentence);
  }

  /** Most of the others were told that `member` leaves, and this one was not. */
  private wasMissed(by: NodeId, member: NodeId): boolean {
    if (this.up.get(by)?.members.get(member) === 'left') return false;
    const others = [...this.up].filter(([node]) => node !== by && node !== member);
    const told = others.filter(([, { members }]) => members.get(member) === 'left');
    return 2 * told.length > others.length;
  }

  /** Who is gone for so long must be gone for everybody. */
  private overdue(nowUs: number): Explanation | null {
    for (const leaver of this.leavers.values()) {
      const lateUs = this.stalledUs(leaver.toldUs);
      if (leaver.goneUs === null || nowUs <= leaver.goneUs + this.boundUs + lateUs) continue;
      // One look at each: what somebody believes later is a matter of the other promises.
      this.leavers.delete(leaver.node);
      if (!this.isQuiet(leaver)) continue;
      this.judged += 1;
      const sentence = this.stillThere(leaver);
      if (sentence !== null) return this.wrong(leaver, nowUs, sentence);
    }
    return null;
  }

  private stillThere({ node, toldUs }: Leaver): string | null {
    for (const [believer, { sinceUs, members, lists }] of this.up) {
      if (sinceUs > toldUs) continue;
      const status = members.get(node);
      if (status !== undefined && status !== 'left') {
        return `${this.name(believer)} still believes that ${this.name(node)} is ${status}.`;
      }
      for (const [service, instances] of lists) {
        if (!instances.includes(node)) continue;
        return `${this.name(believer)} still lists ${this.name(node)} for ${service}.`;
      }
    }
    return null;
  }

  /** How long drivers stood still since then, all together. */
  private stalledUs(sinceUs: number): number {
    return this.stalls.reduce((sum, s) => (s.timeUs < sinceUs ? sum : sum + s.lateUs), 0);
  }

  private isQuiet({ toldUs }: Leaver): boolean {
    return this.trouble.size === 0 && this.troubleUs + this.p.settleUs <= toldUs;
  }

  /** Of the servers, not counting those that say goodbye. */
  private hasMajority(): boolean {
    const there = this.servers.filter((s) => this.up.has(s) && !this.leavers.has(s));
    return 2 * there.length > this.servers.length;
  }

  private wrong({ node, toldUs, goneUs }: Leaver, atUs: number, sentence: string): Explanation {
    const end = goneUs === null ? 'says goodbye' : `had stopped ${when(goneUs)}`;
    return {
      atUs,
      sentences: [
        `${this.name(node)} was told to stop ${when(toldUs)} and ${end}.`,
        sentence,
        `The others are told by then, or find out within ${formatDuration(this.boundUs)}; no other fault was in force.`,
      ],
      ops: [],
    };
  }

  private name(node: NodeId): string {
    return nameNode(this.program, node);
  }
}
