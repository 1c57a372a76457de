/** How connections of simulated links ended: by a cut of the link, or with one of the two nodes. */
import type { NodeId } from '../core/host.ts';

export interface Ending {
  /** Number of the change: what was sent under an older one is lost with the connection. */
  readonly epoch: number;
  readonly atUs: number;
}

export class Endings {
  private readonly cuts = new Map<number, Ending>();
  private readonly deaths = new Map<NodeId, Ending>();

  /** Of the link with this key. */
  cut(key: number, ending: Ending): void {
    this.cuts.set(key, ending);
  }

  /** It was cut off until now, without a word to either end. */
  healed(key: number, atUs: number): void {
    this.cuts.set(key, { epoch: this.cuts.get(key)?.epoch ?? 0, atUs });
  }

  died(node: NodeId, ending: Ending): void {
    this.deaths.set(node, ending);
  }

  /** It starts again: what was sent to it since it died is lost as well. */
  startedAgain(node: NodeId, epoch: number): void {
    this.deaths.set(node, { epoch, atUs: this.deaths.get(node)?.atUs ?? 0 });
  }

  /** The last one that its sender, who goes on, has to notice. */
  last(key: number, to: NodeId): Ending | undefined {
    const [cut, death] = [this.cuts.get(key), this.deaths.get(to)];
    return (cut?.epoch ?? 0) > (death?.epoch ?? 0) ? cut : death;
  }

  /** Is the connection of this link younger than that epoch? */
  isNewSince(epoch: number, key: number, [from, to]: readonly [NodeId, NodeId]): boolean {
    const ends = [this.cuts.get(key), this.deaths.get(from), this.deaths.get(to)];
    return ends.some((e) => (e?.epoch ?? 0) > epoch);
  }
}
