/** DISCOVERY: servers, and whole regions of them, that are lost are told as failed, and as alive when they are back (D7). */
import {
  driftFactor,
  formatDuration,
  monitored,
  nameNode,
  secondsUs,
  when,
} from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../observations.ts';
import { hasPools, lostUs, numbers } from './numbers.ts';
import { Truth } from './truth.ts';

export function regionsTold(): Invariant {
  return monitored(
    {
      id: 'regions-told',
      area: 'DISCOVERY',
      claim:
        'A server that is down or cut off, and a whole region of them, is told as failed in the pool of all regions by everybody else within the bound, and as alive within the bound of its return.',
      faultModel:
        'crashes, links that are cut in two, slow links; after other faults, once they are healed',
    },
    (program) => new ToldMonitor(program),
  );
}

class ToldMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly truth: Truth;
  private readonly lostUs: number;
  private readonly backUs: number;
  /** What each server holds of each other since its start. */
  private readonly held = new Map<NodeId, Map<NodeId, string>>();
  private readonly losses = new Set<string>();
  private readonly returns = new Set<string>();
  private longestUs = 0;
  private lookedUs = -Infinity;

  constructor(program: Program) {
    this.program = program;
    this.truth = new Truth(program);
    const factor = driftFactor(program);
    this.lostUs = lostUs(this.truth.servers.length) * factor;
    this.backUs = numbers.backUs * factor;
  }

  event(e: HistoryEvent): Explanation | null {
    this.truth.take(e);
    if (e.type === 'node') this.held.delete(e.node);
    if (e.type === 'observe' && e.value.kind === 'wan-members') {
      for (const { member, status } of e.value.news) this.believe(e.node, member, status, e.timeUs);
    }
    // A look goes through all pairs: once a second shows what once an event does.
    if (e.timeUs < this.lookedUs + secondsUs(1)) return null;
    return this.look(e.timeUs);
  }

  end({ endUs }: Parameters<RunMonitor['end']>[0]): ReturnType<RunMonitor['end']> {
    if (!hasPools(this.program)) return { undecided: 'there is no pool of all regions' };
    const broken = this.look(endUs);
    if (broken !== null) return broken;
    if (this.losses.size === 0) return { undecided: 'no server was lost for as long as the bound' };
    const longest = formatDuration(this.longestUs);
    return `${this.losses.size} losses were told, the last one after ${longest}, and ${this.returns.size} returns`;
  }

  private believe(by: NodeId, member: NodeId, status: string, nowUs: number): void {
    const own = this.held.get(by) ?? new Map<NodeId, string>();
    this.held.set(by, own.set(member, status));
    const sinceUs = this.truth.lostSinceUs(by, member);
    if (status === 'dead' && sinceUs !== null) {
      this.longestUs = Math.max(this.longestUs, nowUs - sinceUs);
    }
  }

  private look(nowUs: number): Explanation | null {
    if (!hasPools(this.program)) return null;
    this.lookedUs = nowUs;
    const { servers } = this.truth;
    for (const by of servers) {
      for (const member of servers) {
        if (by === member) continue;
        const broken = this.lost(by, member, nowUs) ?? this.back(by, member, nowUs);
        if (broken !== null) return broken;
      }
    }
    return null;
  }

  private lost(by: NodeId, member: NodeId, nowUs: number): Explanation | null {
    const sinceUs = this.truth.lostSinceUs(by, member);
    if (sinceUs === null || nowUs <= sinceUs + this.lostUs) return null;
    const status = this.held.get(by)?.get(member);
    this.losses.add(`${by} ${member} ${sinceUs}`);
    if (status !== 'alive' && status !== 'suspect') return null;
    const name = nameNode(this.program, member);
    return {
      atUs: nowUs,
      sentences: [
        `${name} is down, or cut off from ${nameNode(this.program, by)} and all that it can reach, since ${when(sinceUs).slice(3)}.`,
        `${nameNode(this.program, by)} still holds it ${status} ${when(nowUs)}. The bound is ${formatDuration(this.lostUs)}.`,
      ],
      ops: [],
    };
  }

  private back(by: NodeId, member: NodeId, nowUs: number): Explanation | null {
    const sinceUs = this.truth.togetherSinceUs(by, member);
    if (sinceUs === null || nowUs <= sinceUs + this.backUs) return null;
    const status = this.held.get(by)?.get(member) ?? 'unknown';
    this.returns.add(`${by} ${member} ${sinceUs}`);
    if (status === 'alive') return null;
    const name = nameNode(this.program, member);
    return {
      atUs: nowUs,
      sentences: [
        `${name} and ${nameNode(this.program, by)} are up, and no link is cut, since ${when(sinceUs).slice(3)}.`,
        `To ${nameNode(this.program, by)} it is ${status} ${when(nowUs)}. The bound is ${formatDuration(this.backUs)}.`,
      ],
      ops: [],
    };
  }
}
