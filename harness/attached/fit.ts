/**
 * A drawn program against the members that are there: its servers become the endpoints, and what can
 * never be done here is taken out of the plan and told.
 */
import type { Fitted } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Fault, FaultKind, NodeTarget } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Program, Shape } from '../core/program.ts';
import { kindOf } from '../faults/kinds.ts';
import type { ClockKind } from './clock-library.ts';
import type { DiskKind } from './disk-choice.ts';
import type { Network } from './network.ts';

export interface Here {
  /** Of the members, in the order of their endpoints. */
  readonly names: readonly string[];
  /** Those that may be crashed and paused. */
  readonly members: ReadonlySet<NodeId>;
  readonly faults: ReadonlySet<FaultKind>;
  /** Do the members reach each other through links of ours? */
  readonly arePeersOurs: boolean;
  /** How members that are our own reach each other. */
  readonly peers?: Network;
  /** What the data of members that are our own lies on. */
  readonly disk?: DiskKind;
  /** How clocks of members that are our own are set. */
  readonly clock?: ClockKind;
}

/**
 * Any number of members will do for a plan that speaks of roles. Ids are moved with what they name,
 * so that a client stays a client. Throws E_PLAN for a plan that names a member which is not there.
 *
 * A plan of which nothing would be left stays as it was: its faults are skipped one by one, each with
 * its reason, and the run proves nothing.
 */
export function fitTo(here: Here, drawn: Program): Fitted {
  if (isSame(drawn.shape, here.names)) return { program: drawn, narrowed: [] };
  const program = moveTo(here.names, drawn);
  const parts = program.faults.map((fault) => narrow(fault, here));
  const faults = parts.flatMap((p) => p.fault ?? []);
  if (faults.length === 0) return { program, narrowed: [] };
  const narrowed = [...new Set(parts.flatMap((p) => p.why ?? []))];
  return { program: { ...program, faults }, narrowed };
}

interface Part {
  readonly fault: Fault | null;
  /** What is lost, and why; null: nothing. */
  readonly why: string | null;
}

function narrow(fault: Fault, here: Here): Part {
  const { names, members, faults } = here;
  if (!faults.has(fault.kind)) {
    return { fault: null, why: `no ${fault.kind}: ${whyNever(here, fault)}` };
  }
  if ('links' in fault) {
    const isOfClients = [fault.links.from, fault.links.to].some(meansClients);
    if (kindOf(fault).scope === 'message' && isOfClients) {
      return { fault: null, why: `no ${fault.kind} on links of clients, which are proxies` };
    }
    const isPeers = isAmongMembers(fault.links.from) && isAmongMembers(fault.links.to);
    const why = isPeers ? whyNotAmong(here, fault.kind) : null;
    return { fault: why === null ? fault : null, why };
  }
  if (members.size === 0 || members.size === names.length) return { fault, why: null };
  const node = [...members][0] as NodeId;
  const meant = 'of' in fault.nodes && fault.nodes.of !== 'node' ? ` of ${fault.nodes.of}` : '';
  const why = `${fault.kind} of ${names[node]} alone, not ${fault.kind}${meant}: no other may be touched`;
  return { fault: { ...fault, nodes: { of: 'node', node } }, why };
}

/** What a node does to its own messages is done to the packets of foreign ones, where they pass through us. */
function whyNever({ peers, disk, clock }: Here, fault: Fault): string {
  const noClock = clock?.missing ?? null;
  if (fault.kind === 'clock' && noClock !== null) return noClock;
  const noDisk = disk?.missing ?? null;
  if (kindOf(fault).scope === 'disk' && noDisk !== null) {
    return `it needs a disk in user space, and ${noDisk}`;
  }
  const isOfPackets = 'links' in fault && kindOf(fault).scope === 'message';
  const noPackets = peers?.noPackets ?? null;
  return isOfPackets && noPackets !== null
    ? noPackets
    : 'it cannot be done to members from outside';
}

function whyNotAmong({ arePeersOurs, peers }: Here, kind: FaultKind): string | null {
  const no = `no ${kind} among members: they reach each other by`;
  if (!arePeersOurs) {
    const missing = peers?.missing ?? null;
    const how = missing === null ? '' : `; in network namespaces they would be, but ${missing}`;
    return `${no} links that are not ours${how}`;
  }
  const isCutOnly = peers?.kind === 'namespaces' && peers.noPackets !== null;
  return isCutOnly && kind !== 'partition'
    ? `${no} a bridge, which only cuts them off: ${peers.noPackets}`
    : null;
}

function meansClients({ of }: NodeTarget): boolean {
  return of === 'clients' || of === 'holder' || of === 'everyone';
}

/** Roles of servers; ids are not looked at. */
function isAmongMembers({ of }: NodeTarget): boolean {
  return !['clients', 'holder', 'everyone', 'node', 'nodes'].includes(of);
}

function isSame({ nodes }: Shape, names: readonly string[]): boolean {
  return nodes.length === names.length && nodes.every((n, i) => n.name === names[i]);
}

function moveTo(names: readonly string[], program: Program): Program {
  const { shape, scenario } = program;
  const other = shape.nodes.find((n) => n.role !== 'server');
  if (other !== undefined) {
    throw new HarnessError(
      'E_PLAN',
      `${scenario} has nodes with the role ${other.role} (${other.name}), wanted servers only: the members of a foreign system have no other. Pick another scenario: antlion list.`,
    );
  }
  const move = (id: NodeId): NodeId => moved(id, names, program);
  const nodes = names.map((name) => ({ name, role: 'server', zone: 'zone-0' }));
  return {
    ...program,
    shape: { ...shape, nodes },
    faults: program.faults.map((f) => moveFault(f, move)),
  };
}

function moved(id: NodeId, names: readonly string[], { scenario, shape }: Program): NodeId {
  const servers = shape.nodes.length;
  if (id >= servers) return names.length + (id - servers);
  if (id < names.length) return id;
  throw new HarnessError(
    'E_PLAN',
    `the plan of ${scenario} names server ${id + 1} of ${servers}, and there are ${names.length} members. Put ${servers} members to the test, or pick another scenario: antlion list.`,
  );
}

function moveFault(fault: Fault, move: (id: NodeId) => NodeId): Fault {
  if ('nodes' in fault) return { ...fault, nodes: moveTarget(fault.nodes, move) };
  const { from, to, bothWays } = fault.links;
  return {
    ...fault,
    links: { from: moveTarget(from, move), to: moveTarget(to, move), bothWays },
  };
}

function moveTarget(target: NodeTarget, move: (id: NodeId) => NodeId): NodeTarget {
  if (target.of === 'node') return { ...target, node: move(target.node) };
  if (target.of === 'nodes') return { ...target, nodes: target.nodes.map(move) };
  return target;
}
