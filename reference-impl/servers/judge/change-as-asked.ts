/** SAFETY: a change of servers that is told to be done was done, and no other one in its place (§6). */
import { isOperation, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  Json,
  NodeId,
  OperationEvent,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { firstVoters } from '../../consensus/judge/voters.ts';
import type { ConfigurationObservation } from '../../consensus/observations.ts';

const id = 'change-as-asked';
const claim =
  'Whoever is told that a change of servers is done finds it so: between question and answer those who were to be added decided, and those who were to go took no part.';

export function changeAsAsked(): Invariant {
  const promised = {
    id,
    area: 'SAFETY',
    claim,
    faultModel: 'any faults of links, pauses and clocks; crashes of any nodes with honest fsync',
  } as const;
  return monitored(promised, (program) => new Asked(program));
}

type List = Pick<ConfigurationObservation, 'index' | 'voters' | 'old' | 'learners'>;

interface Change {
  readonly add: readonly NodeId[];
  readonly remove: readonly NodeId[];
  /** The last list that was committed when it was asked for. */
  readonly from: number;
}

class Asked implements RunMonitor {
  private readonly program: Program;
  /** Lists that were committed, in the order of the log. */
  private readonly lists: List[];
  private readonly open = new Map<number, Change>();
  private done = 0;

  constructor(program: Program) {
    this.program = program;
    this.lists = [{ index: 0, voters: firstVoters(program), learners: [] }];
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.done === 0) return { undecided: 'nobody was told that a change of servers is done' };
    return `${this.done} changes of servers`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'observe' && e.value.kind === 'configuration') {
      const { value } = e;
      if (value.change === 'committed' && value.index > this.last.index) this.lists.push(value);
    }
    return isOperation(e) && e.f === 'change-servers' ? this.asked(e) : null;
  }

  private get last(): List {
    return this.lists.at(-1) as List;
  }

  private asked({ type, op, value, process, timeUs }: OperationEvent): Explanation | null {
    if (type === 'invoke') {
      this.open.set(op, { ...listsIn(value), from: this.last.index });
      return null;
    }
    const change = this.open.get(op);
    this.open.delete(op);
    if (type !== 'ok' || change === undefined) return null;
    this.done += 1;
    const since = this.lists.filter((l) => l.index >= change.from);
    if (since.some((l) => isAsAsked(l, change))) return null;
    const name = (ids: readonly NodeId[]): string =>
      ids.map((n) => nameNode(this.program, n)).join(', ') || 'nobody';
    return {
      atUs: timeUs,
      sentences: [
        `Process ${process} asked to add ${name(change.add)} and to take out ${name(change.remove)}, and was told that it is done ${when(timeUs)}.`,
        `The last list that was committed by then is that of entry ${this.last.index}: ${name(this.last.voters)} decide.`,
      ],
      ops: [op],
    };
  }
}

function isAsAsked({ voters, old, learners }: List, { add, remove }: Change): boolean {
  const isIn = (n: NodeId): boolean => voters.includes(n) || learners.includes(n);
  return old === undefined && add.every((n) => voters.includes(n)) && !remove.some(isIn);
}

function listsIn(value: Json): Omit<Change, 'from'> {
  const { add = [], remove = [] } = Object(value) as Partial<Omit<Change, 'from'>>;
  return { add, remove };
}
