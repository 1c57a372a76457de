/** DISCOVERY: who starts is on all lists soon, however many start together; who stays away is on none (D1, I1). */
import {
  formatDuration,
  instancesOf,
  monitored,
  nameNode,
  policyUs,
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
import type { DiscoveredObservation } from '../../discovery/observations.ts';
import { OnlyRestarts } from './storm.ts';

export interface FoundAgainParameters {
  /** A lease lives so long without its instance, policy time, µs. */
  readonly ttlUs: number;
  /** The spread of those who start together, a refresh, and a second of the registry's own, policy time, µs. */
  readonly withinUs: number;
  /** An answer, an election: protocol time, never divided, µs. */
  readonly protocolUs: number;
}

const id = 'found-again';
const claim =
  'An instance that starts is on the list of every node within 9 s and stays there, and one that ended is on none 9 s after its lease, however many do so at once.';

const standard: FoundAgainParameters = {
  ttlUs: secondsUs(30),
  withinUs: secondsUs(8),
  protocolUs: secondsUs(1),
};

export function foundAgain(parameters: FoundAgainParameters = standard): Invariant {
  const promised = {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel: 'crashes and starts of instances, any number; until another fault begins',
  } as const;
  return monitored(promised, (program) => new Lists(program, parameters));
}

/** Of one node: since when it is up or down, and to look at it then. */
interface Look {
  readonly node: NodeId;
  readonly sinceUs: number;
  readonly isUp: boolean;
  readonly dueUs: number;
}

interface Looker {
  readonly sinceUs: number;
  readonly lists: Map<string, Set<NodeId>>;
}

class Lists implements RunMonitor {
  private readonly program: Program;
  private readonly restarts: OnlyRestarts;
  private readonly p: FoundAgainParameters;
  private readonly boundUs: number;
  private readonly instances: ReadonlyMap<NodeId, string>;
  private readonly up = new Map<NodeId, Looker>();
  private readonly downUs = new Map<NodeId, number>();
  /** Those up and those down, each in the order of their times. */
  private readonly due: { readonly up: Look[]; readonly down: Look[] } = { up: [], down: [] };
  private lateUs = 0;
  private found = 0;
  private gone = 0;

  constructor(program: Program, parameters: FoundAgainParameters) {
    this.program = program;
    this.restarts = new OnlyRestarts(program);
    this.p = parameters;
    this.boundUs = policyUs(parameters.withinUs, program) + parameters.protocolUs;
    const names = new Set(program.shape.nodes.flatMap((n) => n.service ?? []));
    this.instances = new Map(
      [...names].flatMap((name) => instancesOf(program.shape, name).map((i) => [i, name] as const)),
    );
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.found === 0) return { undecided: 'no instance was up for as long as it may take' };
    return `${this.found} starts and ${this.gone} ends of instances, each looked for on all lists`;
  }

  event(e: HistoryEvent): Explanation | null {
    const wrong = this.overdue(e.timeUs);
    if (wrong !== null) return wrong;
    this.restarts.event(e);
    if (e.type === 'stall') this.lateUs += e.lateUs;
    if (e.type === 'node') this.process(e.node, e.change === 'started', e.timeUs);
    if (e.type !== 'observe' || e.value.kind !== 'discovered') return null;
    return this.discovered(e.node, e.value, e.timeUs);
  }

  private process(node: NodeId, isUp: boolean, sinceUs: number): void {
    if (isUp) {
      this.downUs.delete(node);
      this.up.set(node, { sinceUs, lists: new Map() });
      this.due.up.push({ node, sinceUs, isUp, dueUs: sinceUs + this.boundUs });
      return;
    }
    this.up.delete(node);
    this.downUs.set(node, sinceUs);
    const dueUs = sinceUs + policyUs(this.p.ttlUs, this.program) + this.boundUs;
    this.due.down.push({ node, sinceUs, isUp, dueUs });
  }

  private discovered(node: NodeId, d: DiscoveredObservation, nowUs: number): Explanation | null {
    const lists = this.up.get(node)?.lists;
    if (lists === undefined) return null;
    const list = lists.get(d.service) ?? new Set();
    lists.set(d.service, list);
    for (const i of d.removed) list.delete(i);
    for (const i of d.added) list.add(i);
    const lost = this.restarts.areAll ? d.removed.find((i) => this.isSettled(i, nowUs)) : undefined;
    if (lost === undefined) return null;
    const sinceUs = this.up.get(lost)?.sinceUs ?? 0;
    const look = { node: lost, sinceUs, isUp: true, dueUs: sinceUs + this.boundUs };
    return this.wrong(look, node, 'took it off its list', nowUs);
  }

  /** Up for so long that it has to be on all lists, and to stay there. */
  private isSettled(node: NodeId, nowUs: number): boolean {
    const looker = this.up.get(node);
    return looker !== undefined && nowUs > looker.sinceUs + this.boundUs + this.lateUs;
  }

  /** What has to be so by now. */
  private overdue(nowUs: number): Explanation | null {
    for (const looks of [this.due.up, this.due.down]) {
      for (let look = looks[0]; look !== undefined; look = looks[0]) {
        if (nowUs <= look.dueUs + this.lateUs) break;
        looks.shift();
        if (!this.restarts.areAll) continue;
        const wrong = look.isUp ? this.isFound(look, nowUs) : this.isGone(look, nowUs);
        if (wrong !== null) return wrong;
      }
    }
    return null;
  }

  /** On all lists of who is up for as long, and all that are up for as long are on its own. */
  private isFound(look: Look, nowUs: number): Explanation | null {
    const own = this.up.get(look.node);
    if (own?.sinceUs !== look.sinceUs) return null;
    const isListed = (by: Looker, i: NodeId, service: string): boolean =>
      by.lists.get(service)?.has(i) === true;
    const service = this.instances.get(look.node);
    for (const [node, other] of this.up) {
      if (other.sinceUs > look.sinceUs) continue;
      if (service !== undefined && !isListed(other, look.node, service)) {
        return this.wrong(look, node, 'does not list it', nowUs);
      }
      const of = this.instances.get(node);
      if (of !== undefined && !isListed(own, node, of)) {
        return this.wrong({ ...look, node }, look.node, 'does not list it', nowUs);
      }
    }
    if (service !== undefined) this.found += 1;
    return null;
  }

  private isGone(look: Look, nowUs: number): Explanation | null {
    const service = this.instances.get(look.node);
    if (service === undefined || this.downUs.get(look.node) !== look.sinceUs) return null;
    for (const [node, { lists }] of this.up) {
      if (lists.get(service)?.has(look.node) !== true) continue;
      return this.wrong(look, node, 'still lists it', nowUs);
    }
    this.gone += 1;
    return null;
  }

  private wrong(look: Look, by: NodeId, what: string, nowUs: number): Explanation {
    const since = formatDuration(look.sinceUs);
    return {
      atUs: nowUs,
      sentences: [
        look.isUp
          ? `${this.name(look.node)} is up since ${since} at the latest.`
          : `${this.name(look.node)} ended at ${since}, and did not come back.`,
        `${this.name(by)} ${what} ${when(nowUs)}; ${formatDuration(look.dueUs - look.sinceUs)} are enough.`,
      ],
      ops: [],
    };
  }

  private name(node: NodeId): string {
    return nameNode(this.program, node);
  }
}
