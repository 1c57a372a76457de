/** DISCOVERY: while the registry lists anybody, a proxy serves whom it lists, and no others (D4, I1). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type { Explanation, HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import type { Invariant, RunMonitor } from '../../../harness/spec.ts';
import { listAfter } from '../../discovery/observations.ts';
import type {} from '../../service-client/observations.ts';
import type {} from '../observations.ts';

/** A change of the list is served within this, µs: a reload, and the disk. */
const followUs = 5_000_000;

export function proxyFollowsRegistry(): Invariant {
  return monitored(
    {
      id: 'proxy-follows-registry',
      area: 'DISCOVERY',
      claim:
        "A while after the registry's list at a node has changed, and as long as there is anybody on it, the node's proxy serves those on it and no others, and its calls go to them.",
      faultModel: 'any faults; while the registry confirms the list',
    },
    (program) => new FollowsMonitor(program),
  );
}

interface Lists {
  listed: readonly NodeId[];
  changedUs: number;
  served: readonly NodeId[];
}

class FollowsMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly lists = new Map<NodeId, Map<string, Lists>>();
  private calls = 0;
  private changes = 0;

  constructor(program: Program) {
    this.program = program;
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'node') this.lists.delete(e.node);
    if (e.type !== 'observe') return null;
    const { node, value, timeUs } = e;
    if (value.kind === 'backends') {
      this.of(node, value.service, timeUs).served = value.instances;
      this.changes += 1;
    } else if (value.kind === 'discovered') {
      const l = this.of(node, value.service, timeUs);
      l.listed = listAfter(l.listed, value);
      l.changedUs = timeUs;
    } else if (value.kind === 'routed' && value.source === 'registry' && value.instance !== null) {
      return this.routed(node, value.service, value.instance, timeUs - value.tookUs);
    }
    return null;
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.changes === 0 || this.calls === 0) return { undecided: 'no proxy served anybody' };
    return `${this.calls} calls by ${this.changes} lists`;
  }

  private of(node: NodeId, service: string, atUs: number): Lists {
    const services = this.lists.get(node) ?? new Map<string, Lists>();
    this.lists.set(node, services);
    const l = services.get(service) ?? { listed: [], changedUs: atUs, served: [] };
    services.set(service, l);
    return l;
  }

  private routed(node: NodeId, service: string, to: NodeId, sentUs: number): Explanation | null {
    const l = this.lists.get(node)?.get(service);
    // Nodes without a proxy, or one that was not told yet.
    if (l === undefined || l.served.length === 0 || l.listed.length === 0) return null;
    if (sentUs < l.changedUs + followUs) return null;
    this.calls += 1;
    const isSame =
      l.served.length === l.listed.length && l.listed.every((i) => l.served.includes(i));
    if (isSame && l.listed.includes(to)) return null;
    const names = (all: readonly NodeId[]): string =>
      all.map((i) => nameNode(this.program, i)).join(', ');
    return {
      atUs: sentUs,
      sentences: [
        `${names([node])} sent a call of ${service} to ${names([to])} ${when(sentUs)}.`,
        `Its proxy served ${names(l.served)}; the registry has listed ${names(l.listed)} since ${when(l.changedUs).replace(/^at /, '')}.`,
      ],
      ops: [],
    };
  }
}
