/** Whether a fault has taken effect on real parts, by the figure of its kind. */
import type { NodeId } from '../core/host.ts';
import type { Aim } from '../faults/aim.ts';
import type { Figure, MessageFigure, NodeFigure } from '../faults/figure.ts';
import type { NodeFaultControl } from './node-faults.ts';

/** Whether any of some figures is higher than it was at the mark. */
export interface Growth {
  mark(): Promise<void>;
  hasGrown(): Promise<boolean>;
}

/** Names of the figures of a node (`NodeFaultControl.figure`). */
const counters = {
  'lost-messages': 'dropped',
  'repeated-messages': 'duplicated',
  'held-back-messages': 'reordered',
  // Of packets alone, where their links tell.
  'damaged-messages': 'damaged',
  'skewed-reads': 'skewedReads',
  'delayed-syncs': 'delayedSyncs',
  'failed-syncs': 'failedSyncs',
  'false-syncs': 'falseSyncs',
  'refused-writes': 'refusedWrites',
  'refused-connections': 'refusedConnections',
} as const satisfies Record<MessageFigure | NodeFigure, string>;

/** Do nodes count it themselves? */
export function isOfNodes(figure: Figure | null): figure is MessageFigure | NodeFigure {
  return figure !== null && figure in counters;
}

/** The figure at all whom the fault hits: of each link, or of each node. */
export function growthOf(
  figure: MessageFigure | NodeFigure,
  { links, nodes }: Aim,
  controls: NodeFaultControl,
): Growth {
  const name = counters[figure];
  const isOfLinks = figure.endsWith('-messages');
  return grows(
    controls,
    isOfLinks ? links.map(([from, to]) => [from, `${name} ${to}`]) : nodes.map((n) => [n, name]),
  );
}

/** A message was sent on one of the links: it met what is in force there. */
export function trafficOn({ links }: Aim, controls: NodeFaultControl): Growth {
  return grows(
    controls,
    links.map(([from, to]) => [from, `sent ${to}`]),
  );
}

function grows(
  controls: NodeFaultControl,
  figures: readonly (readonly [node: NodeId, name: string])[],
): Growth {
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
