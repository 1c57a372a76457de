/**
 * What a control plane and its proxies say to each other: the xDS transport protocol in both of its forms,
 * with resources in words of the mesh. The front `ads` turns them into those of Envoy's API v3.
 */
import type { InstanceId } from '../store/asked.ts';

/** Clusters, endpoints, listeners, routes: the order in which news of them is sent. */
export const resourceTypes = ['cds', 'eds', 'lds', 'rds'] as const;

export type ResourceType = (typeof resourceTypes)[number];

/** Immutable; `version` follows from `body`, so that two control planes say the same of the same. */
export interface Resource {
  readonly type: ResourceType;
  readonly name: string;
  readonly version: string;
  readonly body: Body;
}

export type Body = ClusterBody | EndpointsBody | ListenerBody | RouteBody;

export interface ClusterBody {
  readonly kind: 'cluster';
  readonly service: string;
  /** A proxy refuses 0. */
  readonly connectMs: number;
}

export interface EndpointsBody {
  readonly kind: 'endpoints';
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  readonly instance: InstanceId;
  readonly address: string;
  readonly port: number;
  readonly zone: string;
  /** To one that drains nothing new is sent; what it has begun it ends. */
  readonly health: 'healthy' | 'unhealthy' | 'draining';
}

export interface ListenerBody {
  readonly kind: 'listener';
  /** For a client that has its proxy inside (gRPC); it is sent to who asks for it by name. */
  readonly isApi: boolean;
  readonly address: string;
  readonly port: number;
  readonly route: string;
}

export interface RouteBody {
  readonly kind: 'route';
  readonly rules: readonly RouteRule[];
}

export interface RouteRule {
  readonly prefix: string;
  readonly cluster: string;
  /** A proxy refuses 0: the sum of weights must be greater. */
  readonly weight: number;
}

/** State of the world: what is wanted, whole, each time. */
export interface WorldRequest {
  readonly protocol: 'world';
  readonly type: ResourceType;
  /** The last one that was accepted. */
  readonly version: string;
  /** Of the response that this answers; empty: of none. */
  readonly nonce: string;
  /** None, in the first request of listeners or clusters: all. */
  readonly names: readonly string[];
  /** Why the response was refused; null: it was accepted. */
  readonly error: string | null;
}

/** Incremental: what is wanted from now on, and no more. */
export interface DeltaRequest {
  readonly protocol: 'delta';
  readonly type: ResourceType;
  readonly nonce: string;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** In the first request of a stream: what the client has, by name its version. */
  readonly initial: Readonly<Record<string, string>>;
  readonly error: string | null;
}

export type XdsRequest = WorldRequest | DeltaRequest;

export interface XdsResponse {
  readonly protocol: XdsRequest['protocol'];
  readonly type: ResourceType;
  readonly version: string;
  readonly nonce: string;
  /** In state of the world: of clusters and listeners all that there are, of the others those that changed. */
  readonly resources: readonly Resource[];
  /** Incremental only. */
  readonly removed: readonly string[];
}

/** One datagram of a stream: numbered, so that what is lost is sent again and nothing overtakes. */
export interface XdsFrame {
  readonly kind: 'xds';
  /** Drawn by the proxy; a later one replaces it. */
  readonly stream: number;
  /** 0: carries nothing but `ack`. */
  readonly seq: number;
  /** All up to here arrived. */
  readonly ack: number;
  readonly body: XdsRequest | XdsResponse | null;
}

/** An instance that stops tells the control planes; it serves on for so long, µs. */
export interface XdsDraining {
  readonly kind: 'draining';
  readonly service: string;
  readonly forUs: number;
}
