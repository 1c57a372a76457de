/** CONSISTENCY: what a node holds of the configuration and the registry never goes back (C1, D3). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';

const id = 'copies-advance';
const claim =
  'As long as a node runs, its copy of a configuration key or of a list of instances is never replaced by one of an older revision.';

/** etcd's guarantees of watches, *ordered* and *unique*, as the holder of a copy sees them. */
export function copiesAdvance(): Invariant {
  const promised = {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults; a process that starts has no copy yet',
  } as const;
  return monitored(promised, (program) => new Copies(program));
}

interface Held {
  readonly revision: number;
  readonly sinceUs: number;
}

class Copies implements RunMonitor {
  private changes = 0;
  private readonly program: Program;
  /** By node and what the copy is of. */
  private readonly held = new Map<NodeId, Map<string, Held>>();

  constructor(program: Program) {
    this.program = program;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.changes === 0) return { undecided: 'no node ever held a copy' };
    return `${this.changes} changes of copies`;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.held.delete(e.node);
    if (e.type !== 'observe') return null;
    const { value, node, timeUs } = e;
    if (value.kind === 'config') return this.took(node, value.key, value.revision, timeUs);
    if (value.kind !== 'discovered') return null;
    return this.took(node, `the instances of ${value.service}`, value.revision, timeUs);
  }

  private took(node: NodeId, what: string, revision: number, timeUs: number): Explanation | null {
    this.changes += 1;
    const copies = this.held.get(node) ?? new Map<string, Held>();
    const before = copies.get(what);
    this.held.set(node, copies.set(what, { revision, sinceUs: timeUs }));
    if (before === undefined || revision >= before.revision) return null;
    const name = nameNode(this.program, node);
    return {
      atUs: timeUs,
      sentences: [
        `${name} took ${what} of revision ${before.revision} ${when(before.sinceUs)}.`,
        `${name} put revision ${revision} in its place ${when(timeUs)}, which is older.`,
      ],
      ops: [],
    };
  }
}
