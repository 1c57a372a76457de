/** How each kind of fault is done to real parts, undone, and seen to take effect. */
import type { Fault } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Shape } from '../core/program.ts';
import type { Links } from '../links/links.ts';
import { kindOf } from '../faults/kinds.ts';
import type { FaultPorts, Injection, LinkEffect } from '../faults/ports.ts';
import type { Aim } from '../faults/aim.ts';
import { noFaults } from '../host/control-protocol.ts';
import type { NodeFaults } from '../host/control-protocol.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import { directionsOf } from './link-names.ts';
import type { NodeFaultControl } from './node-faults.ts';
import type { NodeLifecycle } from './node-lifecycle.ts';

export interface FaultAccess {
  readonly shape: Shape;
  readonly links: Links | null;
  readonly areLinksTwoWay: boolean;
  readonly nodes: NodeLifecycle;
  readonly controls: NodeFaultControl;
  /** Takes nodes for a fault and gives them back; or says why they may not be hit now. */
  readonly reserve: (kind: 'crash' | 'pause', nodes: readonly NodeId[]) => string | (() => void);
}

/** The work of fault `i` on what it hits, or the reason why it cannot be done here. */
export function inject(i: number, fault: Fault, hit: Aim, access: FaultAccess): Injection | string {
  const { kind, inject } = kindOf(fault.kind);
  return inject?.(fault, portsFor(i, hit, access)) ?? `${kind} cannot be done here`;
}

function portsFor(i: number, hit: Aim, access: FaultAccess): FaultPorts {
  return {
    onLinks: (effect) => injectIntoLinks(i, effect, hit, access),
    onMessages: (faults) => injectIntoMessages(i, faults, hit, access),
    crash: () => injectIntoProcesses('crash', hit, access),
    pause: () => injectIntoProcesses('pause', hit, access),
    skewClock: (clock) => injectInside(i, { ...noFaults, clock }, 'skewedReads', hit, access),
    slowDisk: (syncDelayUs) =>
      injectInside(i, { ...noFaults, syncDelayUs }, 'delayedSyncs', hit, access),
  };
}

function injectIntoLinks(
  i: number,
  effect: LinkEffect,
  hit: Aim,
  access: FaultAccess,
): Injection | string {
  const { links, shape } = access;
  if (links === null) return 'there are no links in between';
  const directions = hit.links.flatMap(([from, to]) =>
    directionsOf(shape, from, to, access.areLinksTwoWay),
  );
  if (directions.length === 0) return 'no link between the nodes that are meant';
  // Part of a fault would be another fault: members that are not ours talk past us.
  const foreign = directions.find((d) => !links.has(d.link));
  if (foreign !== undefined) return `the link ${foreign.link} is not ours to disturb`;
  const name = `fault-${i}`;
  const traffic = grows(
    access,
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
    async isEffective() {
      const effect = await links.effect(name);
      if (effect !== 'unknown' || isOver) return effect === 'yes';
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

function injectIntoMessages(
  i: number,
  faults: MessageFaults,
  hit: Aim,
  access: FaultAccess,
): Injection {
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
    access,
    hit.links.flatMap(([from, to]) =>
      chances.map((c) => [from, `${messageCounters[c]} ${to}`] as const),
    ),
  );
  return controlled(i, parts, counted, access);
}

/** Clocks and disks of nodes; clients have none of their own. */
function injectInside(
  i: number,
  faults: NodeFaults,
  counter: 'skewedReads' | 'delayedSyncs',
  hit: Aim,
  access: FaultAccess,
): Injection {
  const { nodes } = hit;
  const counted = grows(
    access,
    nodes.map((node) => [node, counter]),
  );
  return controlled(i, new Map(nodes.map((node) => [node, faults])), counted, access);
}

function controlled(
  i: number,
  parts: ReadonlyMap<NodeId, NodeFaults>,
  counted: Growth,
  { controls }: FaultAccess,
): Injection {
  return {
    async begin() {
      await counted.mark();
      await controls.begin(i, parts);
    },
    end: () => controls.end(i),
    isEffective: () => counted.hasGrown(),
  };
}

function injectIntoProcesses(
  kind: 'crash' | 'pause',
  hit: Aim,
  access: FaultAccess,
): Injection | string {
  const { nodes } = hit;
  const release = access.reserve(kind, nodes);
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

/** Whether any of some figures is higher than it was at the mark. */
interface Growth {
  mark(): Promise<void>;
  hasGrown(): Promise<boolean>;
}

function grows({ controls }: FaultAccess, figures: readonly (readonly [NodeId, string])[]): Growth {
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
