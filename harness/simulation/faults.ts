/** Carries out a fault plan in a simulated world, and records when each fault begins, is felt and ends. */
import { assert, unreachable } from '../core/assert.ts';
import type { Pins } from '../core/environment.ts';
import type { Fault, NodeTarget } from '../core/fault.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import { resolveLinks } from '../faults/resolve.ts';
import type { RoleBook } from '../faults/resolve.ts';
import type { ClockSkew } from './clock.ts';
import type { Link, LinkFault } from './network.ts';
import type { World } from './world.ts';

type NodeFault = Exclude<Fault, LinkFault>;

export interface FaultsOptions {
  readonly world: World;
  readonly program: Program;
  readonly roles: RoleBook;
  /** Roles resolved before, by fault: the nodes of a node fault; of a link fault from, to, from, to … */
  readonly pins: Pins;
  readonly record: (e: HistoryEvent) => void;
  readonly start: (node: NodeId) => void;
}

/** What an active fault needs for its end. */
interface Active {
  readonly nodes: readonly NodeId[];
  readonly end: () => void;
}

export class Faults {
  /** What roles were resolved to in this run, in the form of the option. */
  readonly pins: Record<number, readonly NodeId[]> = {};
  private readonly o: FaultsOptions;
  private readonly active = new Map<number, Active>();
  private readonly felt = new Set<number>();
  /** How many crashes hold a node down; it starts again when the last one ends. */
  private readonly crashes = new Map<NodeId, number>();

  constructor(options: FaultsOptions) {
    this.o = options;
  }

  /** Schedules every fault; the plan's times count from `readyUs`. */
  schedule(readyUs: number): void {
    const { faults } = this.o.program;
    for (let i = 0; i < faults.length; i++) {
      const fault = faults[i] as Fault;
      this.o.world.at(readyUs + fault.atUs, () => this.begin(i, fault));
      this.o.world.at(readyUs + Math.max(fault.untilUs, fault.atUs), () => this.end(i, fault));
    }
  }

  /** Heals whatever is left, in the order of the plan. */
  endAll(): void {
    this.o.program.faults.forEach((fault, i) => this.end(i, fault));
    assert(this.active.size === 0 && this.o.world.network.faults === 0, 'not everything is healed');
  }

  private begin(i: number, fault: Fault): void {
    const resolved = 'links' in fault ? this.links(i, fault) : this.nodes(i, fault.nodes);
    const nodes = 'links' in fault ? senders(resolved as readonly Link[]) : (resolved as NodeId[]);
    this.note(i, fault, 'begin', nodes);
    const feel = (): void => this.feel(i, fault, nodes);
    const end =
      'links' in fault
        ? this.beginLinks(fault, resolved as readonly Link[], feel)
        : this.beginNodes(fault, nodes, feel);
    this.active.set(i, { nodes, end });
  }

  private end(i: number, fault: Fault): void {
    const active = this.active.get(i);
    if (active === undefined) return;
    this.active.delete(i);
    active.end();
    this.note(i, fault, 'end', active.nodes);
  }

  private feel(i: number, fault: Fault, nodes: readonly NodeId[]): void {
    if (this.felt.has(i)) return;
    this.felt.add(i);
    this.note(i, fault, 'felt', nodes);
  }

  private note(
    i: number,
    fault: Fault,
    phase: 'begin' | 'felt' | 'end',
    nodes: readonly NodeId[],
  ): void {
    const timeUs = this.o.world.nowUs;
    this.o.record({ type: 'fault', timeUs, phase, fault: i, kind: fault.kind, nodes });
  }

  private links(i: number, fault: LinkFault): readonly Link[] {
    const pinned = this.o.pins[i];
    const links = pinned === undefined ? resolveLinks(fault.links, this.o.roles) : pairs(pinned);
    if (isRole(fault.links.from) || isRole(fault.links.to)) this.pins[i] = links.flat();
    return links;
  }

  /** Clients run in the harness: they cannot crash, so a fault of nodes leaves them out. */
  private nodes(i: number, target: NodeTarget): readonly NodeId[] {
    const resolved = this.o.pins[i] ?? this.o.roles.resolve(target);
    const nodes = resolved.filter((id) => id < this.o.program.shape.nodes.length);
    if (isRole(target)) this.pins[i] = nodes;
    return nodes;
  }

  private beginLinks(fault: LinkFault, links: readonly Link[], feel: () => void): () => void {
    const { network } = this.o.world;
    const handle = network.begin(fault, links, feel);
    return () => network.end(handle);
  }

  private beginNodes(fault: NodeFault, nodes: readonly NodeId[], feel: () => void): () => void {
    const ends = nodes.map((id) => {
      switch (fault.kind) {
        case 'crash':
          return this.crash(id, feel);
        case 'pause':
          return this.pause(id, feel);
        case 'clock':
          return this.skew(id, { ppm: fault.driftPpm, jumpUs: fault.jumpUs }, feel);
        case 'disk':
          return this.slow(id, fault.delayUs, feel);
        default:
          return unreachable(fault);
      }
    });
    return () => ends.forEach((end) => end());
  }

  private crash(id: NodeId, feel: () => void): () => void {
    const { world } = this.o;
    this.crashes.set(id, (this.crashes.get(id) ?? 0) + 1);
    if (world.isUp(id)) {
      world.crash(id);
      this.o.record({ type: 'node', timeUs: world.nowUs, node: id, change: 'crashed' });
      feel();
    }
    return () => {
      const rest = (this.crashes.get(id) ?? 0) - 1;
      this.crashes.set(id, rest);
      if (rest === 0) this.o.start(id);
    };
  }

  private pause(id: NodeId, feel: () => void): () => void {
    const { world } = this.o;
    if (!world.isUp(id)) return () => {};
    const boot = world.node(id).boot;
    world.pause(id);
    feel();
    return () => {
      if (world.isUp(id) && world.node(id).boot === boot) world.resume(id);
    };
  }

  private skew(id: NodeId, by: ClockSkew, feel: () => void): () => void {
    const node = this.o.world.node(id);
    node.skew(by, feel);
    return () => node.unskew(by, feel);
  }

  private slow(id: NodeId, delayUs: number, feel: () => void): () => void {
    const { disk } = this.o.world.node(id);
    disk.slow(delayUs, feel);
    return () => disk.hasten(delayUs, feel);
  }
}

/** True for targets whose meaning depends on what was observed. */
function isRole(target: NodeTarget): boolean {
  switch (target.of) {
    case 'leader':
    case 'follower':
    case 'followers':
    case 'minority':
    case 'majority':
      return true;
    default:
      return false;
  }
}

function pairs(flat: readonly NodeId[]): Link[] {
  const links: Link[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2)
    links.push([flat[i] as NodeId, flat[i + 1] as NodeId]);
  return links;
}

function senders(links: readonly Link[]): NodeId[] {
  return [...new Set(links.map(([from]) => from))].sort((x, y) => x - y);
}
