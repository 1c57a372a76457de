/** The ports through which kinds of fault reach real parts, bound to whom a fault hits. */
import { assert } from '../core/assert.ts';
import type { Fault } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Shape } from '../core/program.ts';
import type { Aim } from '../faults/aim.ts';
import type { Figure, MessageFigure } from '../faults/figure.ts';
import { kindOf } from '../faults/kinds.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import type { FaultPorts, Injection, LinkEffect } from '../faults/ports.ts';
import { noFaults } from '../host/control-protocol.ts';
import type { NodeFaults } from '../host/control-protocol.ts';
import type { Links } from '../links/links.ts';
import { directionsOf } from './link-names.ts';
import { growthOf, trafficOn } from './measure.ts';
import type { NodeFaultControl } from './node-faults.ts';
import type { NodeLifecycle, ProcessFault } from './node-lifecycle.ts';

export interface FaultAccess {
  readonly shape: Shape;
  readonly links: Links | null;
  readonly areLinksTwoWay: boolean;
  /** Are messages disturbed on links, packet by packet, and not where they leave? */
  readonly areMessagesPackets: boolean;
  readonly nodes: NodeLifecycle;
  readonly controls: NodeFaultControl;
  /** Can nodes be told to stop? */
  readonly canStop: boolean;
  /** Takes nodes for a fault and gives them back; or says why they may not be hit now. */
  readonly reserve: (kind: 'crash' | 'pause', nodes: readonly NodeId[]) => string | (() => void);
}

/** The work of fault `i` on what it hits, or the reason why it cannot be done here. */
export function inject(
  i: number,
  fault: Fault,
  aim: Aim,
  access: FaultAccess,
): Required<Injection> | string {
  const definition = kindOf(fault);
  const figure = definition.figure?.(fault) ?? null;
  const ports = new Ports(i, aim, access, figure);
  const work = definition.inject?.(fault, ports) ?? `${definition.kind} cannot be done here`;
  return typeof work === 'string' ? work : measured(work, aim, access, figure);
}

/** What does not tell by itself whether it took effect is told by its figure. */
function measured(
  work: Injection,
  aim: Aim,
  { controls }: FaultAccess,
  figure: Figure | null,
): Required<Injection> {
  const { isEffective } = work;
  const end = (): Promise<void> => work.end();
  if (isEffective !== undefined) {
    return { begin: () => work.begin(), end, isEffective: () => isEffective.call(work) };
  }
  assert(isOfNodes(figure), 'a fault has a figure, or tells by itself when it takes effect');
  const growth = growthOf(figure, aim, controls);
  return {
    async begin() {
      await growth.mark();
      await work.begin();
    },
    end,
    isEffective: () => growth.hasGrown(),
  };
}

class Ports implements FaultPorts {
  readonly nodes: readonly NodeId[];
  readonly links: Aim['links'];
  private readonly i: number;
  private readonly aim: Aim;
  private readonly access: FaultAccess;
  private readonly figure: Figure | null;

  constructor(i: number, aim: Aim, access: FaultAccess, figure: Figure | null) {
    this.i = i;
    this.aim = aim;
    this.access = access;
    this.figure = figure;
    ({ nodes: this.nodes, links: this.links } = aim);
  }

  onLinks(effect: LinkEffect): Injection | string {
    const { figure } = this;
    const { links, shape, areLinksTwoWay, controls } = this.access;
    assert(isOfLinks(figure) || isOfMessages(figure), 'a fault on links has a figure of links', {
      figure,
    });
    if (links === null) return 'there are no links in between';
    const directions = this.links.flatMap(([from, to]) =>
      directionsOf(shape, from, to, areLinksTwoWay),
    );
    if (directions.length === 0) return 'no link between the nodes that are meant';
    // Part of a fault would be another fault: members that are not ours talk past us.
    const foreign = directions.find((d) => !links.has(d.link));
    if (foreign !== undefined) return `the link ${foreign.link} is not ours to disturb`;
    const why = links.whyNot?.(directions, effect) ?? null;
    if (why !== null) return why;
    const name = `fault-${this.i}`;
    const traffic = trafficOn(this.aim, controls);
    let isOver = false;
    return {
      async begin() {
        await traffic.mark();
        await links.inject(name, directions, effect, figure);
      },
      async end() {
        await links.heal(name);
        isOver = true;
      },
      async isEffective() {
        const known = await links.effect(name);
        if (known === 'yes' || known === 'no') return known === 'yes';
        if (known === 'later') return isOver && (await traffic.hasGrown()) && settled(links, name);
        // A server that cannot tell: a message that was sent on a link meanwhile met the fault.
        return !isOver && traffic.hasGrown();
      },
    };
  }

  onMessages(faults: MessageFaults): Injection | string {
    if (this.access.areMessagesPackets) return this.onLinks({ packets: faults });
    const parts = new Map<NodeId, NodeFaults>();
    for (const from of this.nodes) {
      const links: Record<NodeId, MessageFaults> = {};
      for (const [a, to] of this.links) if (a === from) links[to] = faults;
      parts.set(from, { ...noFaults, links });
    }
    return this.controlled(parts);
  }

  crash(): Injection | string {
    return this.onProcesses('crash');
  }

  stop(): Injection | string {
    return this.access.canStop ? this.onProcesses('stop') : 'it can be killed, not told to stop';
  }

  pause(): Injection | string {
    return this.onProcesses('pause');
  }

  skewClock(clock: NodeFaults['clock']): Injection {
    return this.inside({ ...noFaults, clock });
  }

  slowDisk(syncDelayUs: number): Injection {
    return this.inside({ ...noFaults, syncDelayUs });
  }

  /** Clocks and disks of nodes; clients have none of their own. */
  private inside(faults: NodeFaults): Injection {
    return this.controlled(new Map(this.nodes.map((node) => [node, faults])));
  }

  private controlled(parts: ReadonlyMap<NodeId, NodeFaults>): Injection {
    const { controls } = this.access;
    return { begin: () => controls.begin(this.i, parts), end: () => controls.end(this.i) };
  }

  private onProcesses(kind: ProcessFault): Injection | string {
    const { nodes, access } = this;
    const release = access.reserve(kind === 'pause' ? 'pause' : 'crash', nodes);
    if (typeof release === 'string') return release;
    let isEffective = false;
    const onEffect = (): void => {
      isEffective = true;
    };
    return {
      async begin() {
        await Promise.all(nodes.map((node) => access.nodes.begin(kind, node, onEffect)));
      },
      async end() {
        await Promise.all(nodes.map((node) => access.nodes.end(kind, node, onEffect)));
        release();
      },
      isEffective: () => Promise.resolve(isEffective),
    };
  }
}

/** How often a server that counts as connections end is asked again, and after which time. */
const asksMax = 20;
const askAgainMs = 50;

/** After the end of a fault: what was lost in it is counted soon, or there was nothing. */
async function settled(links: Links, name: string): Promise<boolean> {
  for (let asks = 0; asks < asksMax; asks++) {
    if ((await links.effect(name)) === 'yes') return true;
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
  return false;
}

function isOfLinks(
  figure: Figure | null,
): figure is Figure & (`${string}-bytes` | `broken-${string}`) {
  return figure !== null && (figure.endsWith('-bytes') || figure === 'broken-connections');
}

function isOfMessages(figure: Figure | null): figure is MessageFigure {
  return figure !== null && figure.endsWith('-messages');
}

function isOfNodes(figure: Figure | null): figure is Parameters<typeof growthOf>[0] {
  return figure !== null && !isOfLinks(figure) && figure !== 'stopped-processes';
}
