/** How each kind of fault is done to real parts, undone, and told to have been felt. */
import type { Fault } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Shape } from '../core/program.ts';
import type { Links } from '../control/links.ts';
import { kindOf } from '../faults/kinds.ts';
import type { FaultPorts, Injection, LinkEffect } from '../faults/ports.ts';
import type { Aim } from '../faults/aim.ts';
import { noFaults } from '../host/control.ts';
import type { NodeFaults } from '../host/control.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import { directionsOf } from './names.ts';
import type { NodeFaultControl } from './node-faults.ts';
import type { NodeHands } from './node-hands.ts';

export interface Hands {
  readonly shape: Shape;
  readonly links: Links | null;
  readonly areLinksTwoWay: boolean;
  readonly nodes: NodeHands;
  readonly controls: NodeFaultControl;
  /** Takes nodes for a fault and gives them back; or says why they may not be hurt now. */
  readonly reserve: (kind: 'crash' | 'pause', nodes: readonly NodeId[]) => string | (() => void);
}

/** The work of fault `i` on what it hits, or the reason why it cannot be done here. */
export function hurt(i: number, fault: Fault, hit: Aim, hands: Hands): Injection | string {
  const { kind, inject } = kindOf(fault.kind);
  return inject?.(fault, portsFor(i, hit, hands)) ?? `${kind} cannot be done here`;
}

function portsFor(i: number, hit: Aim, hands: Hands): FaultPorts {
  return {
    onLinks: (effect) => hurtLinks(i, effect, hit, hands),
    onMessages: (faults) => hurtMessages(i, faults, hit, hands),
    crash: () => hurtProcesses('crash', hit, hands),
    pause: () => hurtProcesses('pause', hit, hands),
    skewClock: (clock) => hurtInside(i, { ...noFaults, clock }, 'skewedReads', hit, hands),
    slowDisk: (syncDelayUs) =>
      hurtInside(i, { ...noFaults, syncDelayUs }, 'delayedSyncs', hit, hands),
  };
}

function hurtLinks(i: number, effect: LinkEffect, hit: Aim, hands: Hands): Injection | string {
  const { links, shape } = hands;
  if (links === null) return 'there are no links in between';
  const directions = hit.links.flatMap(([from, to]) =>
    directionsOf(shape, from, to, hands.areLinksTwoWay),
  );
  if (directions.length === 0) return 'no link between the nodes that are meant';
  // Part of a fault would be another fault: members that are not ours talk past us.
  const foreign = directions.find((d) => !links.has(d.link));
  if (foreign !== undefined) return `the link ${foreign.link} is not ours to hurt`;
  const name = `fault-${i}`;
  const traffic = grows(
    hands,
    hit.links.map(([from, to]) => [from, `sent ${to}`]),
  );
  let isOver = false;
  return {
    async begin() {
      await traffic.mark();
      await links.inject(name, directions, effect);
    },
    async end() {
      await links.heal(name);
      isOver = true;
    },
    async isFelt() {
      const felt = await links.felt(name);
      if (felt !== 'unknown' || isOver) return felt === 'yes';
      // A server that cannot tell: a message that was sent on a link meanwhile met the fault.
      return traffic.hasGrown();
    },
  };
}

/** Which count grows by which chance. */
const messageCounters = {
  lossPermille: 'dropped',
  duplicatePermille: 'duplicated',
  reorderPermille: 'reordered',
} as const satisfies Record<keyof MessageFaults, string>;

function hurtMessages(i: number, faults: MessageFaults, hit: Aim, hands: Hands): Injection {
  const chances = (Object.keys(messageCounters) as (keyof MessageFaults)[]).filter(
    (c) => faults[c] > 0,
  );
  const parts = new Map<NodeId, NodeFaults>();
  for (const from of hit.nodes) {
    const links: Record<NodeId, MessageFaults> = {};
    for (const [a, to] of hit.links) if (a === from) links[to] = faults;
    parts.set(from, { ...noFaults, links });
  }
  const counted = grows(
    hands,
    hit.links.flatMap(([from, to]) =>
      chances.map((c) => [from, `${messageCounters[c]} ${to}`] as const),
    ),
  );
  return controlled(i, parts, counted, hands);
}

/** Clocks and disks of nodes; clients have none of their own to hurt. */
function hurtInside(
  i: number,
  faults: NodeFaults,
  counter: 'skewedReads' | 'delayedSyncs',
  hit: Aim,
  hands: Hands,
): Injection {
  const { nodes } = hit;
  const counted = grows(
    hands,
    nodes.map((node) => [node, counter]),
  );
  return controlled(i, new Map(nodes.map((node) => [node, faults])), counted, hands);
}

function controlled(
  i: number,
  parts: ReadonlyMap<NodeId, NodeFaults>,
  counted: Growth,
  { controls }: Hands,
): Injection {
  return {
    async begin() {
      await counted.mark();
      await controls.begin(i, parts);
    },
    end: () => controls.end(i),
    isFelt: () => counted.hasGrown(),
  };
}

function hurtProcesses(kind: 'crash' | 'pause', hit: Aim, hands: Hands): Injection | string {
  const { nodes } = hit;
  const release = hands.reserve(kind, nodes);
  if (typeof release === 'string') return release;
  let isFelt = false;
  const feel = (): void => {
    isFelt = true;
  };
  return {
    async begin() {
      await Promise.all(nodes.map((node) => hands.nodes.begin(kind, node, feel)));
    },
    async end() {
      await Promise.all(nodes.map((node) => hands.nodes.end(kind, node, feel)));
      release();
    },
    isFelt: () => Promise.resolve(isFelt),
  };
}

/** Whether any of some figures is higher than it was at the mark. */
interface Growth {
  mark(): Promise<void>;
  hasGrown(): Promise<boolean>;
}

function grows({ controls }: Hands, figures: readonly (readonly [NodeId, string])[]): Growth {
  const nodes = [...new Set(figures.map(([node]) => node))];
  let marks: readonly number[] = [];
  const read = async (): Promise<number[]> => {
    await controls.refresh(nodes);
    return figures.map(([node, name]) => controls.figure(node, name));
  };
  return {
    async mark() {
      marks = await read();
    },
    async hasGrown() {
      return (await read()).some((n, k) => n > (marks[k] ?? 0));
    },
  };
}
