/** DISCOVERY: a region's pool of gossip knows that region alone, and the pool of all regions servers alone (D7). */
import { monitored, nameNode, when } from '../../../harness/spec.ts';
import type {
  Explanation,
  HistoryEvent,
  Invariant,
  NodeId,
  Program,
  RunMonitor,
} from '../../../harness/spec.ts';
import type {} from '../../membership/observations.ts';
import type {} from '../observations.ts';
import { hasPools } from './numbers.ts';

export function poolsApart(): Invariant {
  return monitored(
    {
      id: 'pools-apart',
      area: 'DISCOVERY',
      claim:
        'What a node believes of the pool of its region is about nodes of that region, and what is believed of the pool of all regions is believed by servers and about servers.',
      faultModel: 'any faults, and seeds that name a server of another region',
    },
    (program) => new ApartMonitor(program),
  );
}

class ApartMonitor implements RunMonitor {
  private readonly program: Program;
  private readonly regions: readonly number[];
  private near = 0;
  private far = 0;

  constructor(program: Program) {
    this.program = program;
    const { nodes } = program.shape;
    const zones = [...new Set(nodes.map(({ zone }) => zone))];
    const per = zonesPerRegion(program);
    this.regions = nodes.map(({ zone }) => Math.floor(zones.indexOf(zone) / per));
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type !== 'observe' || !hasPools(this.program)) return null;
    const { node, value, timeUs } = e;
    if (value.kind === 'members') {
      this.near += value.news.length;
      const strange = value.news.find(({ member }) => this.regions[member] !== this.regions[node]);
      if (strange === undefined) return null;
      return this.broken(node, strange.member, timeUs, `that of region-${this.regions[node]}`);
    }
    if (value.kind !== 'wan-members') return null;
    this.far += value.news.length;
    const strange = this.isServer(node)
      ? value.news.find(({ member }) => !this.isServer(member))
      : value.news[0];
    if (strange === undefined) return null;
    return this.broken(node, strange.member, timeUs, 'that of all regions, which is for servers');
  }

  end(): ReturnType<RunMonitor['end']> {
    if (!hasPools(this.program)) return { undecided: 'all nodes are of one pool' };
    if (this.near === 0 || this.far === 0) return { undecided: 'one of the pools said nothing' };
    return `${this.near} beliefs about nodes of one's own region, ${this.far} about servers of all`;
  }

  private isServer(node: NodeId): boolean {
    return this.program.shape.nodes[node]?.role === 'server';
  }

  private broken(by: NodeId, member: NodeId, atUs: number, pool: string): Explanation {
    const place = (node: NodeId): string =>
      `${nameNode(this.program, node)} of region-${this.regions[node]}`;
    const sentences = [
      `${place(by)} believes something of ${place(member)} ${when(atUs)}, in the pool of gossip of which it takes it to be a member: ${pool}.`,
    ];
    return { atUs, sentences, ops: [] };
  }
}

function zonesPerRegion({ settings: { extra } }: Program): number {
  const { pools } = extra;
  const given =
    typeof pools === 'object' ? (pools as { readonly zonesPerRegion?: unknown } | null) : null;
  return typeof given?.zonesPerRegion === 'number' ? given.zonesPerRegion : 3;
}
