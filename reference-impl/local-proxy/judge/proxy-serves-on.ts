/** DISCOVERY: a node that once knew instances of a service never finds nobody to call again (D4, I1). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import type { Invariant, RunMonitor } from '../../../harness/spec.ts';
import { listAfter } from '../../discovery/observations.ts';
import type { DiscoveredObservation } from '../../discovery/observations.ts';
import type {} from '../../service-client/observations.ts';

/** A list that was told is in the file within this, µs: a reload, and the disk. */
const writtenUs = 5_000_000;

export function proxyServesOn(): Invariant {
  return monitored(
    {
      id: 'proxy-serves-on',
      area: 'DISCOVERY',
      claim:
        'A node that knew instances of a service for a while never finds nobody to send a call to again, whether the registry is gone, has lost them all, or the node starts anew.',
      faultModel: 'any faults but those of disks',
    },
    (program) => new ServesOnMonitor(program),
  );
}

/** What one node knows of one service. */
interface Known {
  list: readonly NodeId[];
  /** Since when its process has known anybody; null: it does not, or has not long enough been told. */
  sinceUs: number | null;
  /** Since when that must be in its file; null: not yet. */
  writtenUs: number | null;
}

class ServesOnMonitor implements RunMonitor {
  private readonly program: Program;
  /** Does the story ask for proxies, or for their being left out? */
  private readonly isOn: boolean;
  private readonly known = new Map<NodeId, Map<string, Known>>();
  private calls = 0;

  constructor(program: Program) {
    this.program = program;
    this.isOn = program.settings.extra['localProxy'] !== undefined;
  }

  event(e: HistoryEvent): Explanation | null {
    if (!this.isOn) return null;
    if (e.type === 'node' && e.change !== 'started') this.stopped(e.node, e.timeUs);
    if (e.type !== 'observe' || this.program.shape.nodes[e.node] === undefined) return null;
    const { node, value, timeUs } = e;
    if (value.kind === 'discovered') this.listed(this.of(node, value.service), value, timeUs);
    if (value.kind !== 'routed') return null;
    const k = this.of(node, value.service);
    this.settle(k, timeUs - value.tookUs);
    if (k.writtenUs === null || k.list.length > 0) return null;
    if (value.outcome !== 'no-instance') {
      if (value.instance !== null) this.calls += 1;
      return null;
    }
    const who = nameNode(this.program, node);
    return {
      atUs: timeUs,
      sentences: [
        `${who} found nobody of ${value.service} to send a call to ${when(timeUs)}.`,
        `It had known some of them for long enough to keep them ${when(k.writtenUs)}.`,
      ],
      ops: [],
    };
  }

  end(): ReturnType<RunMonitor['end']> {
    if (!this.isOn) return { undecided: 'nodes have no proxy' };
    if (this.calls === 0) return { undecided: 'nobody called whose own list was empty' };
    return `${this.calls} calls of nodes whose own lists were empty`;
  }

  private of(node: NodeId, service: string): Known {
    const services = this.known.get(node) ?? new Map<string, Known>();
    this.known.set(node, services);
    const k = services.get(service) ?? { list: [], sinceUs: null, writtenUs: null };
    services.set(service, k);
    return k;
  }

  private listed(k: Known, value: DiscoveredObservation, atUs: number): void {
    this.settle(k, atUs);
    k.list = listAfter(k.list, value);
    k.sinceUs = k.list.length === 0 ? null : (k.sinceUs ?? atUs);
  }

  private settle(k: Known, atUs: number): void {
    if (k.writtenUs !== null || k.sinceUs === null) return;
    if (atUs - k.sinceUs >= writtenUs) k.writtenUs = k.sinceUs + writtenUs;
  }

  private stopped(node: NodeId, atUs: number): void {
    for (const k of this.known.get(node)?.values() ?? []) {
      this.settle(k, atUs);
      k.list = [];
      k.sinceUs = null;
    }
  }
}
