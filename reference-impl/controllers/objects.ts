/** What the store holds for controllers, each object under a key of its own, whose version is its resource version. */
import type { Json, NodeId } from '../../harness/core/host.ts';
import type { KeyValue } from '../store/answered.ts';
import type { Endpoint } from './observations.ts';

/** Everything below it is theirs: `deployments/NAME`, `configmaps/NAME`, `nodes/ID`, `pods/NAME/SLOT`, `endpoints/NAME`. */
export const objectPrefix = 'objects/';

export type Objects = ReadonlyMap<string, KeyValue>;

export type Kind = 'deployments' | 'configmaps' | 'nodes' | 'pods' | 'endpoints';

export interface Pod {
  /** `NAME/SLOT`. */
  readonly name: string;
  readonly node: NodeId;
  /** Its node has said that it runs. */
  readonly isReady: boolean;
  readonly version: number;
}

export function keyOf(kind: Kind, name: string): string {
  return `${objectPrefix}${kind}/${name}`;
}

/** Those of a kind by their names, ascending. */
export function named(objects: Objects, kind: Kind): readonly (readonly [string, KeyValue])[] {
  const prefix = keyOf(kind, '');
  return [...objects.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .map((o) => [o.key.slice(prefix.length), o] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** How many are wanted; 0 of what nobody understands. */
export function replicasIn(value: Json): number {
  const { replicas } = Object(value) as Readonly<Record<string, Json>>;
  return typeof replicas === 'number' && replicas > 0 ? Math.floor(replicas) : 0;
}

export function podIn(name: string, { value, version }: KeyValue): Pod {
  const { node, isReady } = Object(value) as Readonly<Record<string, Json>>;
  return { name, node: Number(node), isReady: isReady === true, version };
}

export function endpointsIn(value: Json): readonly Endpoint[] {
  return Array.isArray(value) ? (value as unknown as readonly Endpoint[]) : [];
}

/** `web` of `web/3`. */
export function deploymentOf(pod: string): string {
  return pod.slice(0, pod.lastIndexOf('/'));
}

export function slotOf(pod: string): number {
  return Number(pod.slice(pod.lastIndexOf('/') + 1));
}
