/** Whom nodes say that they go by as members: shows a change that the system says is done. */
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { System } from '../core/system.ts';

export interface MemberChange {
  readonly add: readonly NodeId[];
  readonly remove: readonly NodeId[];
}

export class MembersSaid {
  private readonly read: NonNullable<System['membersSaid']>;
  private readonly latest = new Map<NodeId, ReadonlySet<NodeId>>();

  constructor(read: NonNullable<System['membersSaid']>) {
    this.read = read;
  }

  /** To be called with every event of the run, in order. */
  event(e: HistoryEvent): void {
    if (e.type !== 'observe') return;
    const members = this.read(e.value);
    if (members !== null) this.latest.set(e.node, new Set(members));
  }

  /** Does somebody say so whom the change is not about? Who is out need not hear of it. */
  isSo({ add, remove }: MemberChange): boolean {
    return [...this.latest].some(
      ([node, members]) =>
        !remove.includes(node) &&
        add.every((n) => members.has(n)) &&
        !remove.some((n) => members.has(n)),
    );
  }
}
