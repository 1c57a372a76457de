/** Builds the shape of a reference cluster from what a person wants to say. */
import type { NodeSpec, Shape } from '../core/program.ts';

export interface ServiceSpec {
  readonly name: string;
  readonly instances: number;
  /** Services that each instance calls while it serves. */
  readonly calls?: readonly string[];
}

export interface ClusterSpec {
  /** Voters of consensus, which hold registry and store: 1, 3, 5 … */
  readonly servers: number;
  readonly services?: readonly ServiceSpec[];
  /** Workload clients. */
  readonly clients: number;
  /** Nodes are dealt to this many zones in turn; 1 by default. */
  readonly zones?: number;
}

/** Servers first, then the instances of each service: `server-0 … back-0 back-1 …`. */
export function cluster(spec: ClusterSpec): Shape {
  const zone = (i: number): string => `zone-${i % (spec.zones ?? 1)}`;
  const nodes: NodeSpec[] = [];
  for (let i = 0; i < spec.servers; i++) {
    nodes.push({ name: `server-${i}`, role: 'server', zone: zone(i) });
  }
  for (const service of spec.services ?? []) {
    for (let i = 0; i < service.instances; i++) {
      nodes.push({
        name: `${service.name}-${i}`,
        role: 'service',
        zone: zone(i),
        service: service.name,
        calls: service.calls ?? [],
      });
    }
  }
  return { nodes, clients: spec.clients };
}
