/** CONSISTENCY: in quiet times all servers go by the same list of servers (Raft dissertation §4.1). */
import {
  formatDuration,
  isOperation,
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
import { firstVoters } from '../../consensus/judge/voters.ts';

const id = 'servers-agreed';
const claim =
  'When nothing has been wrong for 3 s and nobody has asked for a change of servers, all who take part go by the same list of them.';

export function serversAgreed(quietUs = secondsUs(3)): Invariant {
  const promised = {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults that are over by then; disks that keep what they acknowledged',
  } as const;
  return monitored(promised, (program) => new Agreed(program, quietUs));
}

/** What a server goes by: the entry that says so, 0 for the beginning, and who votes by it. */
interface List {
  readonly index: number;
  readonly voters: readonly NodeId[];
}

class Agreed implements RunMonitor {
  private readonly program: Program;
  private readonly quietUs: number;
  private readonly first: List;
  private readonly lists = new Map<NodeId, List>();
  private readonly up = new Set<NodeId>();
  private readonly faults = new Set<number>();
  private leader: { readonly node: NodeId; readonly term: number } | null = null;
  /** Since then nothing has happened that may change a list. */
  private sinceUs = 0;
  /** Once in each quiet time. */
  private hasLooked = false;
  private hasChanged = false;
  private checks = 0;

  constructor(program: Program, quietUs: number) {
    this.program = program;
    this.quietUs = quietUs;
    this.first = { index: 0, voters: firstVoters(program) };
  }

  event(e: HistoryEvent): Explanation | null {
    const wrong = this.look(e.timeUs);
    if (isTrouble(e)) {
      this.sinceUs = e.timeUs;
      this.hasLooked = false;
      this.follow(e);
    }
    return wrong;
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    const wrong = this.look(endUs);
    if (wrong !== null) return wrong;
    if (this.checks === 0) return { undecided: 'it was never quiet after a change of servers' };
    return `${this.checks} quiet times after changes of servers`;
  }

  private follow(e: HistoryEvent): void {
    if (e.type === 'stall') this.sinceUs = e.timeUs + e.lateUs;
    if (e.type === 'fault') {
      if (e.phase === 'begin') this.faults.add(e.fault);
      if (e.phase === 'end') this.faults.delete(e.fault);
    }
    if (e.type === 'node') this.process(e.node, e.change === 'started');
    if (e.type !== 'observe') return;
    const { node, value } = e;
    if (
      value.kind === 'role' &&
      value.role === 'leader' &&
      value.term >= (this.leader?.term ?? 0)
    ) {
      this.leader = { node, term: value.term };
    }
    if (value.kind === 'configuration' && value.change !== 'committed') {
      this.lists.set(node, value);
      this.hasChanged = true;
    }
  }

  private process(node: NodeId, isUp: boolean): void {
    if (isUp) this.up.add(node);
    else this.up.delete(node);
    // It says what it finds on its disk.
    this.lists.delete(node);
  }

  private look(nowUs: number): Explanation | null {
    const { leader } = this;
    const isQuiet = this.faults.size === 0 && nowUs >= this.sinceUs + this.quietUs;
    if (!isQuiet || this.hasLooked || !this.hasChanged) return null;
    this.hasLooked = true;
    if (leader === null || !this.up.has(leader.node)) return null;
    this.checks += 1;
    const { index, voters } = this.listOf(leader.node);
    const other = voters.find((v) => this.up.has(v) && this.listOf(v).index !== index);
    if (other === undefined) return null;
    const says = (list: List): string =>
      `${list.voters.map((v) => this.name(v)).join(', ')} (entry ${list.index})`;
    return {
      atUs: nowUs,
      sentences: [
        `Nothing has been wrong since ${formatDuration(this.sinceUs)}, and nobody has asked for a change.`,
        `${this.name(leader.node)}, which leads, takes for servers ${says(this.listOf(leader.node))}.`,
        `${this.name(other)} takes for servers ${says(this.listOf(other))}, ${when(nowUs)}.`,
      ],
      ops: [],
    };
  }

  private listOf(node: NodeId): List {
    return this.lists.get(node) ?? this.first;
  }

  private name(node: NodeId): string {
    return nameNode(this.program, node);
  }
}

/** May it change what somebody goes by, or keep news of it from arriving? */
function isTrouble(e: HistoryEvent): boolean {
  if (isOperation(e)) return e.f === 'change-servers';
  if (e.type === 'observe') return e.value.kind === 'configuration' || e.value.kind === 'role';
  return e.type === 'fault' || e.type === 'node' || e.type === 'stall';
}
