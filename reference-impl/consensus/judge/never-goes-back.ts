/**
 * SAFETY: what a server knows for sure only grows (Raft, figure 2: `currentTerm`, `commitIndex` and
 * `matchIndex` increase monotonically; what goes next to a follower lies behind what it has; and votes count in the
 * term that they were given in, §5.2).
 *
 * Servers say it only where a story asks for it.
 */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RoleObservation,
  RunMonitor,
} from '../../../harness/spec.ts';
import type { ProgressObservation } from '../observations.ts';

const id = 'never-goes-back';
const claim =
  'The term and the commit index of a server never fall while it runs, nor does what a leader knows of a copy; what it sends next is beyond that; and who votes it into office does so in its term.';

export function neverGoesBack(): Invariant {
  const promised = { id, area: 'SAFETY', claim, faultModel: 'any faults' } as const;
  return monitored(promised, (program) => new ProgressWatch(program));
}

interface Said {
  readonly timeUs: number;
  readonly value: ProgressObservation;
}

class ProgressWatch implements RunMonitor {
  private readonly program: Program;
  private readonly last = new Map<NodeId, Said>();
  /** `voter term` of each vote, and whom it was for. */
  private readonly votes = new Map<string, NodeId>();
  private compared = 0;

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.compared === 0) return { undecided: 'no server said how far it had come' };
    return `${this.compared} steps of servers compared with those before`;
  }

  event(e: HistoryEvent): Explanation | null {
    // What is not on the disk a server may forget when it stops.
    if (e.type === 'node') this.last.delete(e.node);
    if (e.type !== 'observe') return null;
    if (e.value.kind === 'role') return this.elected(e.node, e.timeUs, e.value);
    if (e.value.kind !== 'progress') return null;
    const { term, votedFor } = e.value;
    if (votedFor !== null) this.votes.set(`${e.node} ${term}`, votedFor);
    const before = this.last.get(e.node);
    this.last.set(e.node, { timeUs: e.timeUs, value: e.value });
    const fell = before === undefined ? null : fallOf(before.value, e.value);
    const wrong = fell ?? aheadOfNext(e.value);
    if (before !== undefined) this.compared += 1;
    if (wrong === null) return null;
    const name = nameNode(this.program, e.node);
    const what = 'of' in wrong ? `${wrong.what} ${nameNode(this.program, wrong.of)}` : wrong.what;
    const had =
      fell === null ? [] : [`${name} had ${what} at ${wrong.was}, ${when(before?.timeUs ?? 0)}.`];
    const now =
      fell === null
        ? `${name} led in term ${e.value.term} and had ${what} at ${wrong.is}, though the copy reached ${wrong.was}, ${when(e.timeUs)}.`
        : `It had ${what} at ${wrong.is} in the same life, ${when(e.timeUs)}.`;
    return { atUs: e.timeUs, sentences: [...had, now], ops: [] };
  }

  private elected(
    node: NodeId,
    timeUs: number,
    { role, term, votes }: RoleObservation,
  ): Explanation | null {
    // Where servers do not say whom they vote for nothing is known of votes.
    if (role !== 'leader' || this.votes.size === 0) return null;
    const wrong = votes?.find((v) => v !== node && this.votes.get(`${v} ${term}`) !== node);
    if (wrong === undefined) return null;
    const name = (id: NodeId): string => nameNode(this.program, id);
    const other = this.votes.get(`${wrong} ${term}`);
    const gave = other === undefined ? 'to nobody' : `to ${name(other)}`;
    return {
      atUs: timeUs,
      sentences: [
        `${name(node)} became leader of term ${term} ${when(timeUs)}, by the vote of ${name(wrong)} among others.`,
        `${name(wrong)} had given its vote in term ${term} ${gave}.`,
      ],
      ops: [],
    };
  }
}

interface Wrong {
  readonly what: string;
  /** The server whose copy is meant. */
  readonly of?: NodeId;
  readonly was: number;
  readonly is: number;
}

function fallOf(before: ProgressObservation, now: ProgressObservation): Wrong | null {
  if (now.term < before.term) return { what: 'its term', was: before.term, is: now.term };
  if (now.commit < before.commit) {
    return { what: 'its commit index', was: before.commit, is: now.commit };
  }
  // Of another reign, or of who came anew, nothing was known.
  if (now.term !== before.term) return null;
  for (const { server, match } of now.copies ?? []) {
    const was = before.copies?.find((c) => c.server === server)?.match ?? 0;
    if (match < was) return { what: 'the copy of', of: server, was, is: match };
  }
  return null;
}

function aheadOfNext(now: ProgressObservation): Wrong | null {
  const wrong = now.copies?.find((c) => c.next <= c.match);
  if (wrong === undefined) return null;
  return { what: 'the next entry for', of: wrong.server, was: wrong.match, is: wrong.next };
}
