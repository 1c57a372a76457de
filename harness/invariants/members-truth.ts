/** What was done to members, read from a history: who ran, and who reached whom. */
import type { MembersTruth, Span } from '../checkers/members/told.ts';
import type { History } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import { isObserved } from '../faults/aim.ts';
import { resolveLinks, RoleBook } from '../faults/resolve.ts';

/**
 * When a member is in touch with all others that run. `both`: each hears the other, by way of a third if
 * need be; `heard`: they hear it.
 */
export type Touch = 'both' | 'heard';

/** Links that are cut between members. */
type Cut = readonly (readonly [from: NodeId, to: NodeId])[];

export function membersTruth(
  history: History,
  program: Program,
  touch: Touch,
  healUs: number,
): MembersTruth {
  const nodes = [...program.shape.nodes.keys()];
  const up = new Set<NodeId>();
  const cuts = new Map<number, Cut>();
  /** Neither crashes nor cuts of which it is known whom they cut off: nothing is sure while one is in force. */
  const others = new Set<number>();
  /** Told to stop: they say goodbye while they still run. */
  const leaving = new Set<NodeId>();
  const down = new Spans();
  const absent = new Spans();
  const doubtful = new Spans();
  const illTold = new Spans();
  const look = (timeUs: number): void => {
    const reach = new Reach(up, [...cuts.values()]);
    for (const m of nodes) {
      absent.set(m, timeUs, !up.has(m) || leaving.has(m));
      const isQuiet = others.size === 0;
      const isBoth = touch === 'both' && isQuiet && reach.isInTouch(m);
      doubtful.set(m, timeUs, !(isBoth || (touch === 'heard' && isQuiet && reach.isHeard(m))));
      illTold.set(m, timeUs, !(isBoth || (touch === 'heard' && isQuiet && reach.hearsAll(m))));
    }
  };
  for (const e of history.events) {
    if (e.type === 'node') {
      if (e.change === 'started') up.add(e.node);
      else up.delete(e.node);
      leaving.delete(e.node);
      down.set(e.node, e.timeUs, e.change !== 'started');
      // It starts anew, and neither knows nor is known at once.
      absent.set(e.node, e.timeUs, true);
    } else if (e.type === 'fault' && e.phase !== 'effective') {
      if (e.kind === 'crash') {
        // That a process ends is told by its own events.
        for (const node of e.nodes) if (e.phase === 'begin') leaving.add(node);
      } else if (e.phase === 'end') {
        cuts.delete(e.fault);
        others.delete(e.fault);
      } else {
        const cut = e.kind === 'partition' ? cutOf(e.fault, program) : null;
        if (cut === null) others.add(e.fault);
        else cuts.set(e.fault, cut);
      }
    } else continue;
    look(e.timeUs);
  }
  const gone = absent.of(nodes);
  // Two sides that gave each other up find each other only now and then.
  const longer = (spans: Spans): Span[][] =>
    spans
      .of(nodes)
      .map((of, m) => [
        ...(gone[m] ?? []),
        ...of.map(({ fromUs, toUs }) => ({ fromUs, toUs: toUs + healUs, endedUs: toUs })),
      ]);
  return { down: down.of(nodes), doubtful: longer(doubtful), illTold: longer(illTold) };
}

/** When something was so, of each node. */
class Spans {
  private readonly closed = new Map<NodeId, Span[]>();
  private readonly sinceUs = new Map<NodeId, number>();

  set(node: NodeId, timeUs: number, is: boolean): void {
    const fromUs = this.sinceUs.get(node);
    if (is && fromUs === undefined) this.sinceUs.set(node, timeUs);
    if (is || fromUs === undefined) return;
    this.sinceUs.delete(node);
    this.closed.set(node, [...(this.closed.get(node) ?? []), { fromUs, toUs: timeUs }]);
  }

  /** What lasts to the end included. */
  of(nodes: readonly NodeId[]): Span[][] {
    return nodes.map((node) => {
      const fromUs = this.sinceUs.get(node);
      const last = fromUs === undefined ? [] : [{ fromUs, toUs: Infinity }];
      return [...(this.closed.get(node) ?? []), ...last];
    });
  }
}

/** Whom a fault cuts off is sure where it names no role that was found out as it began. */
function cutOf(fault: number, { faults, shape }: Program): Cut | null {
  const planned = faults[fault];
  if (planned === undefined || !('links' in planned)) return null;
  const { links } = planned;
  if (isObserved(links.from) || isObserved(links.to)) return null;
  const isMember = (id: NodeId): boolean => id < shape.nodes.length;
  return resolveLinks(links, new RoleBook(shape)).filter(([a, b]) => isMember(a) && isMember(b));
}

/** Who reaches whom among those that run. */
class Reach {
  private readonly up: readonly NodeId[];
  private readonly cut: ReadonlySet<string>;

  constructor(up: ReadonlySet<NodeId>, cuts: readonly Cut[]) {
    this.up = [...up];
    this.cut = new Set(cuts.flat().map(([a, b]) => `${a}>${b}`));
  }

  /** It hears all others and is heard by them, by way of one third at most. */
  isInTouch(node: NodeId): boolean {
    return this.up.every(
      (other) =>
        other === node ||
        this.speak(node, other) ||
        this.up.some((via) => this.speak(node, via) && this.speak(via, other)),
    );
  }

  isHeard(node: NodeId): boolean {
    return this.up.every((other) => this.hears(other, node));
  }

  hearsAll(node: NodeId): boolean {
    return this.up.every((other) => this.hears(node, other));
  }

  private hears(node: NodeId, other: NodeId): boolean {
    return !this.cut.has(`${other}>${node}`);
  }

  private speak(a: NodeId, b: NodeId): boolean {
    return a !== b && this.hears(a, b) && this.hears(b, a);
  }
}
