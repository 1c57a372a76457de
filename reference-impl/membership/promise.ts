/**
 * DISCOVERY: what members believe of one another goes forward, and settles on the truth when nothing
 * changes any more (SWIM: Das, Gupta and Motivala 2002, §4.2; completeness and accuracy, §2).
 */
import { doesOnly, formatDuration, nameNode, stalledUs, when } from '../../harness/spec.ts';
import type {
  Explanation,
  History,
  HistoryEvent,
  Invariant,
  Monitor,
  NodeId,
  ObservationEvent,
  Program,
} from '../../harness/spec.ts';
import type { Belief } from './observations.ts';

const id = 'membership';
const claim =
  'A member declared dead returns only with a higher incarnation, and in quiet times the living are known alive and the crashed are not.';

export interface MembershipParameters {
  /**
   * What has to be over before beliefs must be true, µs: a reconnect finds the other side (10 s, with
   * the probability dead/live), a table exchange (30 s), a round of probes, the longest suspicion
   * (27 s at 13 nodes). Protocol times: never divided.
   */
  readonly settleUs: number;
}

const standard: MembershipParameters = { settleUs: 120_000_000 };

export function membership(parameters: MembershipParameters = standard): Invariant {
  return {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel: 'any faults; the second half holds where no fault but crashes is in force',
    judge: (history, program) => {
      const settleUs = parameters.settleUs + stalledUs(history);
      const watch = new Beliefs(program, settleUs);
      const events = [...history.events, end(history)];
      for (const e of events) {
        const explanation = watch.event(e) ?? watch.untrue();
        if (explanation !== null) return { kind: 'violated', invariant: id, claim, explanation };
      }
      if (watch.changes === 0) {
        return { kind: 'unknown', invariant: id, reason: 'nobody said what it believes of others' };
      }
      const basis = `${watch.changes} changes of belief, compared with the truth ${watch.looks} times`;
      return { kind: 'holds', invariant: id, basis };
    },
    monitor: (program) => new Beliefs(program, parameters.settleUs),
  };
}

/** Nothing happens here: it lets the beliefs be looked at once more at the end of the run. */
function end({ endUs }: History): HistoryEvent {
  return { type: 'stall', timeUs: endUs, node: 0, lateUs: 0 };
}

class Beliefs implements Monitor {
  changes = 0;
  looks = 0;
  private readonly program: Program;
  private readonly settleUs: number;
  /** By believer, then by member: since the believer's start. */
  private readonly held = new Map<NodeId, (Belief | undefined)[]>();
  private readonly up = new Set<NodeId>();
  private readonly faults = new Set<number>();
  private calmSinceUs = 0;
  private nowUs = 0;
  private lookedUs = -Infinity;

  constructor(program: Program, settleUs: number) {
    this.program = program;
    this.settleUs = settleUs;
  }

  /** The order of news: constant work a piece of news, so it can be watched online. */
  event(e: HistoryEvent): Explanation | null {
    this.nowUs = e.timeUs;
    if (e.type === 'node') this.process(e.node, e.change === 'started');
    if (e.type === 'fault' && e.phase !== 'effective') {
      this.calmSinceUs = e.timeUs;
      if (e.phase === 'end') this.faults.delete(e.fault);
      else if (!doesOnly(e.kind, 'ends-nodes')) this.faults.add(e.fault);
    }
    if (e.type !== 'observe' || e.value.kind !== 'members') return null;
    for (const belief of e.value.news) {
      const explanation = this.believe(e, belief);
      if (explanation !== null) return explanation;
    }
    return null;
  }

  /** What somebody believes though it has not been so for long enough; null in times that are not calm. */
  untrue(): Explanation | null {
    if (this.faults.size > 0 || this.nowUs < this.calmSinceUs + this.settleUs) return null;
    // A look goes through all beliefs: once a second shows what once an event does.
    if (this.nowUs < this.lookedUs + 1_000_000) return null;
    this.lookedUs = this.nowUs;
    this.looks += 1;
    for (const [believer, beliefs] of this.held) {
      if (!this.up.has(believer)) continue;
      for (const belief of beliefs) {
        if (belief === undefined) continue;
        const isUp = this.up.has(belief.member);
        // A suspect may still be either.
        if (belief.status !== (isUp ? 'dead' : 'alive')) continue;
        return this.contradiction(believer, belief, isUp);
      }
    }
    return null;
  }

  private process(node: NodeId, isStarted: boolean): void {
    this.calmSinceUs = this.nowUs;
    this.held.delete(node);
    if (isStarted) this.up.add(node);
    else this.up.delete(node);
  }

  private believe(e: ObservationEvent, belief: Belief): Explanation | null {
    this.changes += 1;
    const beliefs = this.held.get(e.node) ?? [];
    const before = beliefs[belief.member];
    beliefs[belief.member] = belief;
    this.held.set(e.node, beliefs);
    const isRevived =
      before?.status === 'dead' &&
      belief.status === 'alive' &&
      belief.incarnation <= before.incarnation;
    if (!isRevived) return null;
    const believer = nameNode(this.program, e.node);
    const member = nameNode(this.program, belief.member);
    return {
      atUs: e.timeUs,
      sentences: [
        `${believer} knew ${member} dead in incarnation ${before.incarnation}.`,
        `${believer} took it for alive again ${when(e.timeUs)} by news of incarnation ${belief.incarnation}, which is not newer.`,
      ],
      ops: [],
    };
  }

  private contradiction(believer: NodeId, { member, status }: Belief, isUp: boolean): Explanation {
    const name = nameNode(this.program, member);
    return {
      atUs: this.nowUs,
      sentences: [
        `${nameNode(this.program, believer)} still believes that ${name} is ${status} ${when(this.nowUs)}.`,
        `${name} is ${isUp ? 'up and can be reached' : 'down'}, and nothing has changed since ${when(this.calmSinceUs).slice(3)}: longer than ${formatDuration(this.settleUs)}, which is the bound.`,
      ],
      ops: [],
    };
  }
}
