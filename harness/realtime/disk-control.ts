/** Troubles of disks in user space: told to the disks, which live on when their nodes end. */
import type { NodeId } from '../core/host.ts';
import type { UserSpaceTrouble } from '../faults/disk-trouble.ts';
import type { DiskFigure } from '../faults/figure.ts';
import type { DiskFigures, DiskTrial, NodeDisks } from './deployment.ts';
import type { Growth } from './measure.ts';

interface Part {
  readonly nodes: readonly NodeId[];
  readonly trouble: UserSpaceTrouble;
}

const names = {
  'failed-reads': 'failedReads',
  'misplaced-writes': 'misplacedWrites',
} as const satisfies Record<DiskFigure, keyof DiskFigures>;

export class DiskControl {
  private readonly disks: NodeDisks;
  private readonly inForce = new Map<number, Part>();

  constructor(disks: NodeDisks) {
    this.disks = disks;
  }

  async begin(fault: number, part: Part): Promise<void> {
    this.inForce.set(fault, part);
    await this.push(part.nodes);
  }

  async end(fault: number): Promise<void> {
    const nodes = this.inForce.get(fault)?.nodes ?? [];
    this.inForce.delete(fault);
    await this.push(nodes);
  }

  /** The figure at any of these disks. */
  growthOf(figure: DiskFigure, nodes: readonly NodeId[]): Growth {
    let marks: readonly number[] = [];
    const read = (): Promise<number[]> =>
      Promise.all(nodes.map(async (node) => (await this.disks.figures(node))[names[figure]]));
    return {
      mark: async () => {
        marks = await read();
      },
      hasGrown: async () => (await read()).some((n, k) => n > (marks[k] ?? 0)),
    };
  }

  /** Are these disks in that trouble by some fault? */
  isInForce(nodes: readonly NodeId[], trouble: UserSpaceTrouble): boolean {
    return [...this.inForce.values()].some(
      (p) => p.trouble === trouble && p.nodes.some((node) => nodes.includes(node)),
    );
  }

  /** Looks at each of these disks; to be called before `begin`. */
  async trials(nodes: readonly NodeId[], trouble: UserSpaceTrouble): Promise<readonly DiskTrial[]> {
    return Promise.all(nodes.map((node) => this.disks.trial(node, trouble)));
  }

  private async push(nodes: readonly NodeId[]): Promise<void> {
    const all = [...this.inForce.values()];
    await Promise.all(
      nodes.map((node) => {
        const mine = all.filter((p) => p.nodes.includes(node)).map((p) => p.trouble);
        return this.disks.set(node, [...new Set(mine)]);
      }),
    );
  }
}
