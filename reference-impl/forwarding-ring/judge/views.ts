/** Whose ring is which, by what members said: who is up, and since when all of those have the same. */
import type { HistoryEvent, NodeId } from '../../../harness/spec.ts';
import type {} from '../observations.ts';

export interface View {
  readonly checksum: number;
  readonly size: number;
}

export class Views {
  private readonly up = new Map<NodeId, View | null>();
  /** Since when all who are up have said the same; null: they have not. */
  agreedSinceUs: number | null = null;

  event(e: HistoryEvent): void {
    if (e.type === 'node') {
      if (e.change === 'started') this.up.set(e.node, null);
      else this.up.delete(e.node);
      this.look(e.timeUs);
    }
    if (e.type === 'observe' && e.value.kind === 'ring') {
      const { checksum, size } = e.value;
      this.up.set(e.node, { checksum, size });
      // Any change may be one that others have yet to make.
      this.agreedSinceUs = null;
      this.look(e.timeUs);
    }
  }

  /** Of those who are up. */
  get all(): ReadonlyMap<NodeId, View | null> {
    return this.up;
  }

  private look(atUs: number): void {
    const [first, ...rest] = this.up.values();
    const isOne =
      first !== undefined && first !== null && rest.every((v) => v?.checksum === first.checksum);
    this.agreedSinceUs = isOne ? (this.agreedSinceUs ?? atUs) : null;
  }
}
