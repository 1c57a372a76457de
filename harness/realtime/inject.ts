/** The ports through which kinds of fault reach real parts, bound to whom a fault hits. */
import { assert } from '../core/assert.ts';
import type { Fault } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Aim } from '../faults/aim.ts';
import { linksNotMade } from '../faults/connection-trouble.ts';
import type { ConnectionTrouble } from '../faults/connection-trouble.ts';
import type { DiskTrouble } from '../faults/disk-trouble.ts';
import type { Figure, MessageFigure } from '../faults/figure.ts';
import { kindOf } from '../faults/kinds.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import type { FaultPorts, Injection, LinkEffect, Turns } from '../faults/ports.ts';
import { noFaults } from '../host/control-protocol.ts';
import type { NodeFaults } from '../host/control-protocol.ts';
import { troubleDisks } from './disk-injection.ts';
import type { FaultAccess, MeasuredInjection } from './fault-access.ts';
import { injectLinks } from './link-injection.ts';
import { directionsOf } from './link-names.ts';
import { growthOf, isOfNodes } from './measure.ts';
import { limitMemory } from './memory-limit.ts';
import { provedInNodes } from './node-proof.ts';
import type { ProcessFault } from './node-lifecycle.ts';
import { replaceMembers } from './replacing.ts';
import { takeOut } from './taking-out.ts';
import { throttleNodes } from './throttle.ts';
import { upgradeNodes } from './upgrade.ts';

/** What a new connection meets where none is made. */
const closedToNew: LinkEffect = { toxics: [{ type: 'accept_stall', attributes: {} }] };

/** The work of fault `i` on what it hits, or the reason why it cannot be done here. */
export function inject(
  i: number,
  fault: Fault,
  aim: Aim,
  access: FaultAccess,
): MeasuredInjection | string {
  const definition = kindOf(fault);
  const figure = definition.figure?.(fault) ?? null;
  const ports = new Ports(i, fault, aim, access, figure);
  const work = definition.inject?.(fault, ports) ?? `${definition.kind} cannot be done here`;
  return typeof work === 'string' ? work : measured(work, aim, access, figure);
}

/** What does not tell by itself whether it took effect is told by its figure. */
function measured(
  work: Injection,
  aim: Aim,
  access: FaultAccess,
  figure: Figure | null,
): MeasuredInjection {
  if (tells(work)) return work;
  assert(isOfNodes(figure), 'a fault has a figure, or tells by itself when it takes effect');
  return provedInNodes(work, {
    figure,
    growth: growthOf(figure, aim, access.controls),
    aim,
    access,
  });
}

function tells(work: Injection): work is MeasuredInjection {
  return work.isEffective !== undefined;
}

class Ports implements FaultPorts {
  readonly nodes: readonly NodeId[];
  readonly links: Aim['links'];
  private readonly i: number;
  private readonly aim: Aim;
  private readonly access: FaultAccess;
  private readonly figure: Figure | null;
  private readonly lastsUs: number;

  constructor(i: number, fault: Fault, aim: Aim, access: FaultAccess, figure: Figure | null) {
    this.lastsUs = fault.untilUs - fault.atUs;
    this.i = i;
    this.aim = aim;
    this.access = access;
    this.figure = figure;
    ({ nodes: this.nodes, links: this.links } = aim);
  }

  onLinks(effect: LinkEffect): Injection | string {
    const { figure } = this;
    assert(isOfLinks(figure) || isOfMessages(figure), 'a fault on links has a figure of links', {
      figure,
    });
    return injectLinks(
      `fault-${this.i}`,
      { aim: this.aim, effect, figure, lastsUs: this.lastsUs },
      this.access,
    );
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

  throttle(turns: Turns): Injection | string {
    return throttleNodes(this.nodes, turns, this.access);
  }

  skewClock(clock: NodeFaults['clock']): Injection {
    return this.inside({ ...noFaults, clock });
  }

  slowDisk(syncDelayUs: number): Injection {
    return this.inside({ ...noFaults, syncDelayUs });
  }

  troubleDisk(trouble: DiskTrouble): Injection | string {
    const { i, figure, access, nodes } = this;
    return troubleDisks(trouble, { fault: i, aim: this.aim, figure }, access, (faults) =>
      this.controlled(new Map(nodes.map((node) => [node, faults]))),
    );
  }

  takeOut(): Injection | string {
    const { nodes, access } = this;
    const { membership } = access;
    return membership === null ? takeOut(nodes, access) : replaceMembers(nodes, membership, access);
  }

  runAs(version: string, stays: boolean): Injection | string {
    return upgradeNodes(this.nodes, { version, stays }, this.access);
  }

  limitMemory(roomBytes: number): Injection | string {
    return limitMemory(this.nodes, roomBytes, this.access);
  }

  troubleConnections(trouble: ConnectionTrouble): Injection {
    const work = this.inside({ ...noFaults, connections: [trouble] });
    const { inForce, shape, areLinksTwoWay } = this.access;
    const name = `fault-${this.i}`;
    const links = this.nodes.flatMap((node) => linksNotMade(node, trouble, shape));
    const on = links.flatMap(([from, to]) => directionsOf(shape, from, to, areLinksTwoWay));
    return {
      async begin() {
        // Who probes these links for another fault is to know.
        inForce.begin(name, on, closedToNew);
        await work.begin();
      },
      async end() {
        await work.end();
        inForce.end(name);
      },
    };
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
    let denied: string | null = null;
    let notOver: string | null = null;
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
        notOver = kind === 'pause' ? access.nodes.whatIsNotOver(nodes) : null;
      },
      isEffective() {
        denied = isEffective ? null : (denied ?? access.nodes.whatDenied(nodes));
        return Promise.resolve(isEffective);
      },
      whyNot: () => denied ?? 'no process was up that it could meet',
      notOver: () => notOver,
    };
  }
}

function isOfLinks(
  figure: Figure | null,
): figure is Figure & (`${string}-bytes` | `broken-${string}`) {
  return figure !== null && (figure.endsWith('-bytes') || figure === 'broken-connections');
}

function isOfMessages(figure: Figure | null): figure is MessageFigure {
  return figure !== null && figure.endsWith('-messages');
}
