/** Troubles of real disks: done by nodes of ours to themselves, or by disks in user space. */
import { assert } from '../core/assert.ts';
import type { Aim } from '../faults/aim.ts';
import { isOfUserSpace, isReal } from '../faults/disk-trouble.ts';
import type { DiskTrouble } from '../faults/disk-trouble.ts';
import type { DiskFigure, Figure } from '../faults/figure.ts';
import type { Injection } from '../faults/ports.ts';
import { noFaults } from '../host/control-protocol.ts';
import type { NodeFaults } from '../host/control-protocol.ts';
import type { DiskTrial } from './deployment.ts';
import type { FaultAccess } from './fault-access.ts';
import { growthOf, isOfNodes } from './measure.ts';
import type { Growth } from './measure.ts';

const notMet = 'a file of ours did not meet it: what should do it does nothing';
const untold = 'no probe could tell: another fault was in the way';

export interface DiskWork {
  /** Index in the plan. */
  readonly fault: number;
  readonly aim: Aim;
  readonly figure: Figure | null;
}

interface Way {
  readonly work: Pick<Injection, 'begin' | 'end'>;
  readonly growth: Growth;
  /** May its nodes end of it? */
  readonly endsNodes: boolean;
  readonly whyNot: string;
  /** Looks from outside; absent: nobody can. */
  readonly trials?: () => Promise<readonly DiskTrial[]>;
  /** Is it still so, by another fault? */
  readonly goesOn?: () => boolean;
}

/** `inside` gives what puts faults in force in the nodes themselves. */
export function troubleDisks(
  trouble: DiskTrouble,
  work: DiskWork,
  access: FaultAccess,
  inside: (faults: NodeFaults) => Injection,
): Injection | string {
  const way = wayOf(trouble, work, access, inside);
  return typeof way === 'string' ? way : troubled(way, work.aim, access);
}

function wayOf(
  trouble: DiskTrouble,
  { fault, aim, figure }: DiskWork,
  { controls, disks }: FaultAccess,
  inside: (faults: NodeFaults) => Injection,
): Way | string {
  if (isReal(trouble)) {
    assert(isOfNodes(figure), 'a trouble of a disk has a figure of nodes', { figure });
    return {
      work: inside({ ...noFaults, troubles: [trouble] }),
      growth: growthOf(figure, aim, controls),
      endsNodes: trouble === 'fails',
      whyNot: 'idle: nothing was written meanwhile',
    };
  }
  if (!isOfUserSpace(trouble)) return 'what a real disk holds is not damaged';
  if (disks === null) return 'it needs a disk in user space, and there is none here';
  return {
    work: {
      begin: () => disks.begin(fault, { nodes: aim.nodes, trouble }),
      end: () => disks.end(fault),
    },
    growth: disks.growthOf(figure as DiskFigure, aim.nodes),
    endsNodes: true,
    trials: () => disks.trials(aim.nodes, trouble),
    goesOn: () => disks.isInForce(aim.nodes, trouble),
    whyNot: `idle: nothing was ${trouble === 'unreadable' ? 'read' : 'written behind something else'} meanwhile`,
  };
}

function troubled(
  { work, growth, endsNodes, whyNot, trials, goesOn }: Way,
  aim: Aim,
  access: FaultAccess,
): Injection {
  const { nodes, hurry } = access;
  // Who ends of it cannot be asked any more.
  let hasEnded = false;
  let looking: readonly DiskTrial[] = [];
  let isShown = false;
  let isOver = false;
  let denied: string | null = null;
  let notOver: string | null = null;
  /** What files of ours say; null: none could tell. */
  const meets = async (): Promise<boolean | null> => {
    const found = await Promise.all(looking.map((t) => t.isMet()));
    return found.includes(true) || (found.includes(false) ? false : null);
  };
  const isGone = (): boolean => aim.nodes.some((node) => nodes.endedItself(node));
  return {
    async begin() {
      looking = (await trials?.()) ?? [];
      await growth.mark();
      await work.begin();
    },
    async end() {
      if (endsNodes) {
        await Promise.all(aim.nodes.map((node) => nodes.untilTold(node, hurry)));
        hasEnded ||= isGone();
      }
      await work.end();
      isOver = true;
      const isOwn = looking.length > 0 && goesOn?.() !== true;
      if (isOwn && !hurry.aborted && (await meets())) notOver = 'a file of ours meets it';
      await Promise.all(looking.map((t) => t.end()));
      await Promise.all(aim.nodes.map((node) => nodes.revive(node)));
    },
    async isEffective() {
      hasEnded ||= endsNodes && isGone();
      if (hasEnded || !(await growth.hasGrown())) return hasEnded;
      // What nodes met is counted by who does it: files of ours tell whether it is so.
      if (looking.length === 0) return true;
      if (!isOver && !isShown) {
        const is = await meets();
        isShown = is === true;
        denied = is === false ? notMet : is === null ? untold : null;
      }
      return isShown;
    },
    whyNot: () => denied ?? whyNot,
    notOver: () => notOver,
  };
}
