/** What each proxy holds, as it says itself: the ground of the promises about the mesh. */
import type { HistoryEvent, NodeId } from '../../../harness/spec.ts';
import type { XdsAppliedObservation } from '../observations.ts';

type ResourceType = XdsAppliedObservation['type'];

export interface AtProxy {
  readonly stream: number;
  /** By type what was accepted last, each as `name@version`; of all streams of this process. */
  readonly held: Readonly<Record<ResourceType, readonly string[]>>;
  /** Clusters to which its routes lead. */
  readonly uses: readonly string[];
  /** Those to which routes of its stream lead. */
  readonly brought: readonly string[];
  readonly endpoints: XdsAppliedObservation['endpoints'];
}

const nothing: AtProxy = {
  stream: -1,
  held: { cds: [], eds: [], lds: [], rds: [] },
  uses: [],
  brought: [],
  endpoints: [],
};

export class AtProxies {
  private readonly byNode = new Map<NodeId, AtProxy>();

  of(node: NodeId): AtProxy {
    return this.byNode.get(node) ?? nothing;
  }

  nodes(): readonly NodeId[] {
    return [...this.byNode.keys()];
  }

  /** Take it after it was judged. A process that ends has nothing more. */
  take(e: HistoryEvent): void {
    if (e.type === 'node') this.byNode.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'xds-applied') return;
    const { stream, type, resources, uses, brought = uses, endpoints } = e.value;
    const was = this.of(e.node);
    const broughtBefore = was.stream === stream ? was.brought : [];
    this.byNode.set(e.node, {
      stream,
      held: { ...was.held, [type]: resources },
      uses: type === 'rds' ? uses : was.uses,
      brought: type === 'rds' ? brought : broughtBefore,
      endpoints: type === 'eds' ? endpoints : was.endpoints,
    });
  }
}

export function namesOf(resources: readonly string[]): ReadonlySet<string> {
  return new Set(resources.map((r) => r.replace(/@[^@]*$/, '')));
}
