/**
 * Smaller clusters for the same story: what no fault and no operation needs makes every run slower
 * and every picture fuller. Pure; ids are given anew in what is left of the plan.
 */
import { unreachable } from '../core/assert.ts';
import type { Fault, LinkTarget, NodeTarget } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';

/** Programs with fewer nodes or clients, the smallest first. They need not fail any more. */
export function* smallerShapes(p: Program): Generator<Program> {
  const ids = [...p.shape.nodes.keys()];
  const isService = (id: NodeId): boolean => p.shape.nodes[id]?.service !== undefined;
  const services = ids.filter(isService);
  const others = ids.filter((id) => !isService(id));
  if (services.length > 0) yield without(p, services);
  for (const name of new Set(services.map((id) => p.shape.nodes[id]?.service))) {
    const all = services.filter((id) => p.shape.nodes[id]?.service === name);
    if (all.length < services.length) yield without(p, all);
    if (all.length > 1) yield without(p, all.slice(1));
  }
  // Two at a time: quorums of odd clusters are what people reason about.
  if (others.length > 3) yield without(p, others.slice(3));
  for (let i = 0; others.length > 3 && i + 1 < others.length; i++) {
    yield without(p, others.slice(i, i + 2));
  }
  const isIdle = p.clients.map((operations) => operations.length === 0);
  if (isIdle.includes(true) && !targetsClients(p)) {
    const clients = p.clients.filter((operations) => operations.length > 0);
    yield { ...p, clients, shape: { ...p.shape, clients: clients.length } };
  }
}

/** The program without these nodes, the faults that hit only them, and requests to what is gone. */
function without(p: Program, gone: readonly NodeId[]): Program {
  const lost = new Set(gone);
  const kept = [...p.shape.nodes.entries()].filter(([id]) => !lost.has(id)).map(([, n]) => n);
  const left = new Set(kept.map((n) => n.service));
  const isGone = (service: string): boolean =>
    !left.has(service) && p.shape.nodes.some((n) => n.service === service);
  const nodes = kept.map((n) =>
    n.calls === undefined ? n : { ...n, calls: n.calls.filter((s) => !isGone(s)) },
  );
  const renamed = (id: NodeId): NodeId => id - gone.filter((g) => g < id).length;
  const still = (ids: readonly NodeId[]): NodeId[] =>
    ids.filter((id) => !lost.has(id)).map(renamed);
  return {
    ...p,
    shape: { ...p.shape, nodes },
    faults: p.faults.flatMap((f) => remapped(f, still, isGone) ?? []),
    clients: p.clients.map((operations) => operations.filter((op) => !isGone(op.key))),
  };
}

type Still = (ids: readonly NodeId[]) => NodeId[];

/** The fault on what is left of its target; null when nothing is. */
function remapped(f: Fault, still: Still, isGone: (service: string) => boolean): Fault | null {
  const target = (t: NodeTarget): NodeTarget | null => remappedTarget(t, still, isGone);
  if ('links' in f) {
    const from = target(f.links.from);
    const to = target(f.links.to);
    if (from === null || to === null) return null;
    const links: LinkTarget = { ...f.links, from, to };
    return { ...f, links };
  }
  const nodes = target(f.nodes);
  return nodes === null ? null : { ...f, nodes };
}

function remappedTarget(
  t: NodeTarget,
  still: Still,
  isGone: (service: string) => boolean,
): NodeTarget | null {
  switch (t.of) {
    case 'node': {
      const [node] = still([t.node]);
      return node === undefined ? null : { of: 'node', node };
    }
    case 'nodes': {
      const nodes = still(t.nodes);
      return nodes.length === 0 ? null : { of: 'nodes', nodes };
    }
    case 'service':
      return isGone(t.service) ? null : t;
    case 'leader':
    case 'follower':
    case 'followers':
    case 'minority':
    case 'majority':
    case 'holder':
    case 'role':
    case 'zone':
    case 'servers':
    case 'clients':
    case 'everyone':
      return t;
    default:
      return unreachable(t);
  }
}

/** True when a fault names a client by its number, which would change. */
function targetsClients(p: Program): boolean {
  const isClient = (t: NodeTarget): boolean =>
    (t.of === 'node' && t.node >= p.shape.nodes.length) ||
    (t.of === 'nodes' && t.nodes.some((id) => id >= p.shape.nodes.length));
  return p.faults.some((f) =>
    'links' in f ? isClient(f.links.from) || isClient(f.links.to) : isClient(f.nodes),
  );
}
