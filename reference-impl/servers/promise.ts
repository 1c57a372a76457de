/**
 * SAFETY: no two majorities act apart while servers change (§6; dissertation chapter 4).
 *
 * Judged by what servers say of elections and configurations. That entries are the same everywhere,
 * and that none is lost, is what `log-matching` and `leader-completeness` promise.
 */
import { monitored, nameNode, secondsUs, when } from '../../harness/spec.ts';
import type { Explanation, HistoryEvent, NodeId, Program } from '../../harness/spec.ts';
import type { Invariant, RoleObservation, RunMonitor } from '../../harness/spec.ts';
import type { ConfigurationObservation } from '../consensus/observations.ts';
import { firstVoters } from '../consensus/judge/voters.ts';

const id = 'membership-change-safe';
const claim =
  'While servers are added and taken out, each leader has the votes of a majority of those who decide by then, each step is committed by a majority of the old and of the new voters, and one step follows after the other.';

export function membershipChangeSafe(): Invariant {
  const promised = {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, pauses and clocks; crashes of any nodes with honest fsync',
  } as const;
  return monitored(promised, (program) => new Changes(program));
}

interface Election {
  readonly node: NodeId;
  readonly term: number;
  readonly timeUs: number;
  /** The configuration that it went by. */
  readonly by: Placed;
}

interface Step {
  readonly node: NodeId;
  readonly timeUs: number;
  /** It was committed in this term at the latest. */
  readonly term: number;
  readonly value: Placed;
}

type Voters = Pick<ConfigurationObservation, 'voters' | 'old'>;
type Placed = Voters & { readonly index: number };

/** What one server last said. */
interface Server {
  isLeader: boolean;
  /** In force here. */
  taken: Placed;
  committed: number;
  /** It led when it told that this entry, by which it is no voter, was committed. */
  left: { readonly index: number; readonly timeUs: number } | null;
}

/** Protocol time, µs: whoever is no voter any more has left by then. News of one handler may come apart. */
const leavesUs = secondsUs(1);

class Changes implements RunMonitor {
  private readonly program: Program;
  private readonly elections = new Map<number, Election>();
  /** By index. */
  private readonly steps = new Map<number, Step>();
  private readonly servers = new Map<NodeId, Server>();

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    const steps = [...this.steps.values()].sort((a, b) => a.value.index - b.value.index);
    if (steps.length === 0) return { undecided: 'no change of servers was committed' };
    let before: Voters = { voters: firstVoters(this.program) };
    for (const step of steps) {
      if (!mayFollow(before, step.value)) return this.notInOneStep(before, step);
      before = step.value;
    }
    return `${steps.length} configurations committed, ${this.elections.size} elections`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.servers.delete(e.node);
    if (e.type !== 'observe') return null;
    const { value, node, timeUs } = e;
    if (value.kind === 'role') {
      this.server(node).isLeader = value.role === 'leader';
      return value.role === 'leader' ? this.elected(node, timeUs, value) : null;
    }
    if (value.kind === 'configuration') return this.configured(node, timeUs, value);
    return value.kind === 'applied' ? this.wentOn(node, timeUs, value.index) : null;
  }

  private server(node: NodeId): Server {
    let server = this.servers.get(node);
    if (server === undefined) {
      const taken = { index: 0, voters: firstVoters(this.program) };
      server = { isLeader: false, taken, committed: 0, left: null };
      this.servers.set(node, server);
    }
    return server;
  }

  private elected(node: NodeId, timeUs: number, value: RoleObservation): Explanation | null {
    const { term, votes } = value;
    const first = this.elections.get(term);
    if (first !== undefined && first.node !== node) {
      return this.told(timeUs, [
        `${this.name(first.node)} became leader of term ${term} ${when(first.timeUs)}.`,
        `${this.name(node)} became leader of term ${term} as well, ${when(timeUs)}.`,
      ]);
    }
    const by = this.server(node).taken;
    const election = { node, term, timeUs, by };
    this.elections.set(term, election);
    for (const set of votes === undefined ? [] : setsOf(by)) {
      if (isMajority(votes ?? [], set)) continue;
      return this.told(timeUs, [
        `${this.name(node)} became leader of term ${term} by the votes of ${list(votes ?? [])}, ${when(timeUs)}: no majority of ${list(set)}.`,
      ]);
    }
    return this.isBehind(election);
  }

  /** Whoever is elected goes by no configuration that was replaced before. */
  private isBehind({ node, term, timeUs, by }: Election): Explanation | null {
    for (const step of this.steps.values()) {
      if (step.term >= term || step.value.index <= by.index) continue;
      return this.told(Math.max(timeUs, step.timeUs), [
        this.wasCommitted(step),
        `${this.name(node)} became leader of term ${term} by entry ${by.index} (${describe(by)}) ${when(timeUs)}.`,
      ]);
    }
    return null;
  }

  private configured(
    node: NodeId,
    timeUs: number,
    value: ConfigurationObservation,
  ): Explanation | null {
    const server = this.server(node);
    if (value.change === 'committed') {
      server.committed = Math.max(server.committed, value.index);
      const isInForce = value.index === server.taken.index && value.old === undefined;
      if (server.isLeader && isInForce && !value.voters.includes(node)) {
        server.left ??= { index: value.index, timeUs };
      }
      return this.committed(node, timeUs, value);
    }
    const before = server.taken.index;
    server.taken = value;
    if (value.change === 'undone' || !server.isLeader || before <= server.committed) return null;
    return this.told(timeUs, [
      `${this.name(node)} led, and went on to the configuration of entry ${value.index}, before entry ${before} was committed, ${when(timeUs)}.`,
    ]);
  }

  private committed(
    node: NodeId,
    timeUs: number,
    value: ConfigurationObservation,
  ): Explanation | null {
    const known = this.steps.get(value.index);
    if (known !== undefined && known.term <= value.term) return this.differs(known, node, value);
    const step: Step = { node, timeUs, term: value.term, value };
    this.steps.set(value.index, step);
    for (const set of value.holders === undefined ? [] : setsOf(value)) {
      if (isMajority(value.holders ?? [], set)) continue;
      return this.told(timeUs, [
        `${this.wasCommitted(step)} It was held by ${list(value.holders ?? [])}: no majority of ${list(set)}.`,
      ]);
    }
    for (const election of this.elections.values()) {
      const behind = this.isBehind(election);
      if (behind !== null) return behind;
    }
    return null;
  }

  private differs(known: Step, node: NodeId, value: ConfigurationObservation): Explanation | null {
    if (describe(known.value) === describe(value)) return null;
    return this.told(known.timeUs, [
      this.wasCommitted(known),
      `${this.name(node)} has ${describe(value)} there.`,
    ]);
  }

  /** A leader that is no voter any more leaves when that is committed. */
  private wentOn(node: NodeId, timeUs: number, index: number): Explanation | null {
    const server = this.server(node);
    if (!server.isLeader) server.left = null;
    const { left } = server;
    if (left === null || index <= left.index || timeUs < left.timeUs + leavesUs) return null;
    return this.told(timeUs, [
      `${this.name(node)} is no voter since entry ${left.index} was committed, ${when(left.timeUs)}, and still led when it applied entry ${index}, ${when(timeUs)}.`,
    ]);
  }

  private notInOneStep(before: Voters, step: Step): Explanation {
    return this.told(step.timeUs, [
      `Before it, ${describe(before)} decided.`,
      `${this.wasCommitted(step)} A majority of the one and a majority of the other may have nobody in common.`,
    ]);
  }

  private wasCommitted({ node, timeUs, value }: Step): string {
    return `Entry ${value.index}, by which ${describe(value)} decide, was committed at ${this.name(node)} ${when(timeUs)}.`;
  }

  private name(node: NodeId): string {
    return nameNode(this.program, node);
  }

  private told(atUs: number, sentences: readonly string[]): Explanation {
    return { atUs, sentences, ops: [] };
  }
}

/** Does a majority of whoever decides by the one meet each of the other? */
function mayFollow(before: Voters, after: Voters): boolean {
  if (before.old !== undefined && after.old !== undefined) return false;
  if (after.old !== undefined) return list(after.old) === list(before.voters);
  if (before.old !== undefined) return list(after.voters) === list(before.voters);
  return mustMeet(before.voters, after.voters);
}

/** Do a majority of `a` and one of `b` have somebody in common, whichever they are? */
function mustMeet(a: readonly NodeId[], b: readonly NodeId[]): boolean {
  const shared = a.filter((n) => b.includes(n)).length;
  // Each begins with those whom the other does not know.
  const needs = (of: readonly NodeId[]): number => (of.length >> 1) + 1 - (of.length - shared);
  return Math.max(0, needs(a)) + Math.max(0, needs(b)) > shared;
}

function setsOf({ voters, old }: Voters): readonly (readonly NodeId[])[] {
  return old === undefined ? [voters] : [old, voters];
}

function isMajority(some: readonly NodeId[], of: readonly NodeId[]): boolean {
  return of.filter((n) => some.includes(n)).length * 2 > of.length;
}

function describe(voters: Voters): string {
  return setsOf(voters).map(list).join(' and ');
}

function list(ids: readonly NodeId[]): string {
  return ids.join(', ');
}
