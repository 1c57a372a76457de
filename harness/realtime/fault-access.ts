/** What faults in real time reach, and what they are once they are injected. */
import type { NodeId } from '../core/host.ts';
import type { Shape } from '../core/program.ts';
import type { Asking } from '../faults/taking-out.ts';
import type { Injection } from '../faults/ports.ts';
import type { Links } from '../links/links.ts';
import type { DiskControl } from './disk-control.ts';
import type { LinkProbes } from './link-probes.ts';
import type { EffectsInForce } from './link-proof.ts';
import type { Membership } from './membership.ts';
import type { NodeFaultControl } from './node-faults.ts';
import type { NodeLifecycle } from './node-lifecycle.ts';

export interface FaultAccess {
  readonly shape: Shape;
  readonly links: Links | null;
  readonly areLinksTwoWay: boolean;
  /** Are messages disturbed on links, packet by packet, and not where they leave? */
  readonly areMessagesPackets: boolean;
  /** Null: the ends of links are not ours. */
  readonly probes: LinkProbes | null;
  readonly inForce: EffectsInForce;
  readonly trueUs: () => number;
  /** The run is broken off: faults are ended, and nobody looks any more whether they are over. */
  readonly hurry: AbortSignal;
  readonly nodes: NodeLifecycle;
  readonly controls: NodeFaultControl;
  /** Null: disks are not ours. */
  readonly disks: DiskControl | null;
  /** The process of a node that is a child of ours, null: it is down; null: none of them is. */
  readonly pidOf: ((node: NodeId) => number | null) | null;
  /** Null: the system has no operation that changes its members, or there is no client. */
  readonly asking: Asking | null;
  /** Null: the system does not say itself who belongs to it. */
  readonly membership: Membership | null;
  /** Null: no node can be started as another version. */
  readonly versions: VersionAccess | null;
  /** Can nodes be told to stop? */
  readonly canStop: boolean;
  /** Takes nodes for a fault and gives them back; or says why they may not be hit now. */
  readonly reserve: (kind: 'crash' | 'pause', nodes: readonly NodeId[]) => string | (() => void);
}

export interface VersionAccess {
  /** Those that there are beside the usual one. */
  readonly known: readonly string[];
  /** What a node says that it is; null: it cannot be asked now. */
  readonly told: (node: NodeId) => Promise<string | null>;
}

/** One that can be asked whether it took effect. */
export type MeasuredInjection = Injection & Required<Pick<Injection, 'isEffective'>>;
