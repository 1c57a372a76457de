/**
 * A program is one run as data: cluster, faults, operations, noise. It can be printed, shrunk and
 * replayed; code cannot.
 */
import type { FaultPlan } from './fault.ts';
import type { Json, NodeId } from './host.ts';

export interface NodeSpec {
  /** Unique in the cluster, a host name: `server-0`, `back-1`. */
  readonly name: string;
  /** A role the system knows. The reference cluster has `server` and `service`. */
  readonly role: string;
  readonly zone: string;
  /** The service that this node is an instance of. */
  readonly service?: string;
  /** Services that this instance calls while it serves. */
  readonly calls?: readonly string[];
}

/** Nodes have ids 0…n-1 in this order, workload clients n…n+clients-1. */
export interface Shape {
  readonly nodes: readonly NodeSpec[];
  readonly clients: number;
}

/** One operation of a client, drawn before the run. */
export interface Operation {
  /** Unique in the program. */
  readonly id: number;
  /** Pause after the client's previous operation ended. */
  readonly afterUs: number;
  readonly f: string;
  readonly key: string;
  /**
   * The argument. The string `$last` anywhere in it stands for what this client last got from this
   * key by a read or an acquire, so that a compare-and-set can succeed (in a watch: for where its last
   * one of this key ended); `$last:other` for what it got from the key `other`. It is null when there is
   * nothing, as after an acquire that was refused.
   */
  readonly value: Json;
}

/** Everything else that a run depends on. */
export interface Settings {
  /** Policy times (TTL, windows, warm-up, breaker, modes) are divided by this; protocol timers never. */
  readonly policyDivisor: number;
  /** An operation that has not ended by then is `info`. */
  readonly deadlineUs: number;
  /** The broken variant of the node to run, or null for the correct one. */
  readonly mutant: string | null;
  /** Anything a system wants to be told, by its own names. */
  readonly extra: Readonly<Record<string, Json>>;
}

/** From this moment on noise is drawn from another seed: what came before stays as it was. */
export interface NoiseTurn {
  /** µs since the cluster was ready. */
  readonly fromUs: number;
  readonly seed: number;
}

/** How noise comes from its seed. */
export interface Noise {
  /**
   * `time`: each link, disk and node has its noise by the clock, so that it is the same whatever else
   * was sent before, and a step that goes leaves that of the others as it was. `priorities`: the same,
   * but links and disks are fast or slow by ranks that change at few moments (PCT, Burckhardt et al.
   * 2010). Absent: one stream each, draw after draw.
   */
  readonly by?: 'time' | 'priorities';
  /** In order. */
  readonly turns?: readonly NoiseTurn[];
}

export interface Program {
  /** Name of the scenario or property it was drawn from. */
  readonly scenario: string;
  readonly shape: Shape;
  readonly faults: FaultPlan;
  /** One list a client. */
  readonly clients: readonly (readonly Operation[])[];
  /** Length of the run, counted from the moment the cluster was ready. */
  readonly durationUs: number;
  /** Seeds everything that is not in the plan: latencies, node randomness, lost writes. */
  readonly noiseSeed: number;
  /** Absent: streams, and never drawn anew. Simulation only. */
  readonly noise?: Noise;
  readonly settings: Settings;
}

export function nodeCount(shape: Shape): number {
  return shape.nodes.length;
}

/** The id of workload client `client` (0…clients-1). */
export function clientId(shape: Shape, client: number): NodeId {
  return shape.nodes.length + client;
}

/** Ids of the nodes with this role, ascending. */
export function nodesWithRole(shape: Shape, role: string): readonly NodeId[] {
  return indexOf(shape).byRole.get(role) ?? none;
}

/** Ids of the instances of this service, ascending. */
export function instancesOf(shape: Shape, service: string): readonly NodeId[] {
  return indexOf(shape).byService.get(service) ?? none;
}

/** Names of all services, each once, in the order of their first instances. */
export function servicesOf(shape: Shape): ReadonlySet<string> {
  return indexOf(shape).services;
}

interface ShapeIndex {
  readonly byRole: ReadonlyMap<string, readonly NodeId[]>;
  readonly byService: ReadonlyMap<string, readonly NodeId[]>;
  readonly services: ReadonlySet<string>;
}

const none: readonly NodeId[] = [];
/** A shape does not change; each of n nodes asks for these. */
const indexes = new WeakMap<Shape, ShapeIndex>();

function indexOf(shape: Shape): ShapeIndex {
  let index = indexes.get(shape);
  if (index === undefined) {
    const byRole = new Map<string, NodeId[]>();
    const byService = new Map<string, NodeId[]>();
    shape.nodes.forEach(({ role, service }, id) => {
      note(byRole, role, id);
      if (service !== undefined) note(byService, service, id);
    });
    index = { byRole, byService, services: new Set(byService.keys()) };
    indexes.set(shape, index);
  }
  return index;
}

function note(ids: Map<string, NodeId[]>, name: string, id: NodeId): void {
  const known = ids.get(name);
  if (known === undefined) ids.set(name, [id]);
  else known.push(id);
}
