/** What control planes and proxies of the mesh say of themselves. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly 'xds-planned': XdsPlannedObservation;
    readonly 'xds-applied': XdsAppliedObservation;
    readonly 'xds-refused': XdsRefusedObservation;
    readonly proxied: ProxiedObservation;
  }
}

/** A control plane wants all proxies to have this: each resource as `name@version`. */
export interface XdsPlannedObservation {
  readonly kind: 'xds-planned';
  readonly cds: readonly string[];
  readonly eds: readonly string[];
  readonly rds: readonly string[];
}

/** A proxy accepted a response on its stream; what it has of the type from now on. */
export interface XdsAppliedObservation {
  readonly kind: 'xds-applied';
  readonly stream: number;
  readonly type: 'cds' | 'eds' | 'lds' | 'rds';
  /** Each as `name@version`. */
  readonly resources: readonly string[];
  /** Routes: the clusters to which they lead. */
  readonly uses: readonly string[];
  /** Those of `uses` to which routes lead that this stream brought; absent: all of them. */
  readonly brought?: readonly string[];
  /** Endpoints: by cluster, who may be called, and who drains. */
  readonly endpoints: readonly {
    readonly cluster: string;
    readonly usable: readonly NodeId[];
    readonly draining: readonly NodeId[];
  }[];
}

/** A proxy refused a response because of these, each as `name@version`. */
export interface XdsRefusedObservation {
  readonly kind: 'xds-refused';
  readonly stream: number;
  readonly type: 'cds' | 'eds' | 'lds' | 'rds';
  readonly resources: readonly string[];
}

/** A proxy began a call, through this cluster. */
export interface ProxiedObservation {
  readonly kind: 'proxied';
  readonly service: string;
  readonly cluster: string;
  readonly instance: NodeId;
}
