/**
 * EFFICIENCY: a key moves only when its instance is gone, or to one that came (W1, I4). Between two instances that
 * were there all the time, and that no fault touched, no key changes hands.
 */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { listAfter } from '../../discovery/observations.ts';
import type {} from '../../service-client/observations.ts';

export function movementMinimal(): Invariant {
  return monitored(
    {
      id: 'movement-minimal',
      area: 'EFFICIENCY',
      claim: 'No caller moves a key between two instances that were there all the time.',
      faultModel: 'any faults; of instances that none of them touched; tables without a bound',
    },
    (program) => new MovementMonitor(program),
  );
}

/** Of one caller. */
interface Caller {
  /** Since which of its lists each instance has been on them. */
  readonly since: Map<NodeId, number>;
  readonly lists: Map<string, readonly NodeId[]>;
  /** When its lists changed. */
  readonly changesUs: number[];
  readonly last: Map<string, { readonly instance: NodeId; readonly changes: number }>;
}

class MovementMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly callers = new Map<NodeId, Caller>();
  private readonly touched = new Set<NodeId>();
  private calls = 0;
  private moved = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'fault') for (const node of e.nodes) this.touched.add(node);
    if (e.type === 'node') {
      if (e.change !== 'started') this.touched.add(e.node);
      this.callers.delete(e.node);
    }
    if (e.type !== 'observe') return null;
    const { value } = e;
    if (value.kind === 'discovered') {
      const c = this.caller(e.node);
      c.changesUs.push(e.timeUs);
      this.listed(c, value.service, (before) => listAfter(before, value));
    }
    if (value.kind !== 'routed' || value.affinity === undefined || value.instance === null) {
      return null;
    }
    return this.routed(e.node, value.affinity, value.instance, e.timeUs, value.tookUs);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.moved === 0) return { undecided: 'no key had a reason to move' };
    return `${this.calls} calls by key, ${this.moved} of them of a key that had moved`;
  }

  private caller(node: NodeId): Caller {
    let c = this.callers.get(node);
    if (c === undefined) {
      c = { since: new Map(), lists: new Map(), changesUs: [], last: new Map() };
      this.callers.set(node, c);
    }
    return c;
  }

  private listed(
    c: Caller,
    service: string,
    after: (before: readonly NodeId[]) => readonly NodeId[],
  ): void {
    const before = c.lists.get(service) ?? [];
    const list = after(before);
    c.lists.set(service, list);
    const changes = c.changesUs.length;
    for (const i of list) if (!before.includes(i)) c.since.set(i, changes);
    for (const i of before) if (!list.includes(i)) c.since.delete(i);
  }

  private routed(
    node: NodeId,
    key: string,
    to: NodeId,
    atUs: number,
    tookUs: number,
  ): Explanation | null {
    const c = this.caller(node);
    const before = c.last.get(key);
    // It went by the list that was there when it was sent.
    const changes = c.changesUs.filter((us) => us < atUs - tookUs).length;
    c.last.set(key, { instance: to, changes });
    this.calls += 1;
    if (before === undefined || before.instance === to) return null;
    this.moved += 1;
    const wasThere = (i: NodeId): boolean =>
      !this.touched.has(i) && (c.since.get(i) ?? Infinity) <= before.changes;
    if (!wasThere(before.instance) || !wasThere(to)) return null;
    const name = (i: NodeId): string => nameNode(this.program, i);
    return {
      atUs,
      sentences: [
        `${name(node)} sent a call of ${key} to ${name(to)} that ended ${when(atUs)}; the one before it went to ${name(before.instance)}.`,
        'Both were on its list all the time, and no fault had touched them.',
      ],
      ops: [],
    };
  }
}
