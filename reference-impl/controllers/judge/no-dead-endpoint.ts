/** DISCOVERY: nobody is sent to a node that has been dead for longer than its lease (D1). */
import { formatDuration, monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import { boundsOf } from './bounds.ts';
import type { Bounds } from './bounds.ts';
import { Cluster } from './cluster.ts';

export function noDeadEndpoint(): Invariant {
  return monitored(
    {
      id: 'no-dead-endpoint',
      area: 'DISCOVERY',
      claim:
        'No node in touch sends calls to a pod whose node has been down, or cut off, for longer than its lease and the time to tell.',
      faultModel:
        'any crashes, partitions and losses; counted from the last trouble of a server, whose successor counts leases anew',
    },
    (program) => new DeadMonitor(program),
  );
}

class DeadMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly cluster: Cluster;
  private readonly bounds: Bounds | null;
  /** Absences that have been looked at. */
  private looks = 0;
  private readonly lookedAt = new Set<string>();

  constructor(program: Program) {
    this.program = program;
    this.cluster = new Cluster(program);
    this.bounds = boundsOf(program);
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.bounds === null) return null;
    // As it has been until now, and as it is with what is said now.
    const before = this.cluster.isDisturbing(e) ? this.look(e.timeUs, this.bounds) : null;
    this.cluster.take(e);
    const isSaid = e.type === 'observe' && e.value.kind === 'endpoints';
    return before ?? (isSaid ? this.look(e.timeUs, this.bounds) : null);
  }

  end({ endUs }: { readonly endUs: number }): ReturnType<RunMonitor['end']> {
    if (this.bounds === null) return { undecided: 'the story has no controllers' };
    const found = this.look(endUs, this.bounds);
    if (found !== null) return found;
    return this.looks === 0
      ? { undecided: 'no node was away for long enough' }
      : `${this.looks} absences that callers had to know of`;
  }

  private look(atUs: number, { deadUs }: Bounds): Explanation | null {
    const { awayUs, workers, inTouchUs, routes, serversDisturbedUs } = this.cluster;
    for (const [node, sinceUs] of awayUs) {
      if (this.program.shape.nodes[node]?.role !== 'service') continue;
      if (atUs - Math.max(sinceUs, serversDisturbedUs) <= deadUs) continue;
      this.count(node, sinceUs);
      for (const viewer of workers) {
        if (atUs - (inTouchUs.get(viewer) ?? atUs) <= deadUs) continue;
        const to = [...(routes.get(viewer)?.values() ?? [])].flat().find(([, at]) => at === node);
        if (to !== undefined) return this.explain(viewer, node, sinceUs, to[0], atUs);
      }
    }
    return null;
  }

  private count(node: NodeId, sinceUs: number): void {
    const name = `${node} ${sinceUs}`;
    if (this.lookedAt.has(name)) return;
    this.lookedAt.add(name);
    this.looks += 1;
  }

  private explain(
    viewer: NodeId,
    node: NodeId,
    sinceUs: number,
    pod: string,
    atUs: number,
  ): Explanation {
    const name = (n: NodeId): string => nameNode(this.program, n);
    const sentences = [
      `${name(node)} is down, or cut off, since ${formatDuration(sinceUs)}.`,
      `${name(viewer)} sends calls to ${pod} there ${when(atUs)}, ${formatDuration(atUs - sinceUs)} later.`,
    ];
    return { atUs, sentences, ops: [] };
  }
}
