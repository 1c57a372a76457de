/**
 * Who wrote after one version, in an order of which nothing more is known: each comes after all readers
 * of the version but itself. Extra nodes stand between many readers and many writers, instead of an edge
 * for each pair.
 */
import { edge, type Link } from './graph.ts';

export class Followers {
  /** Those that read the version before they wrote, and the others. */
  private readonly updaters: ReadonlySet<number>;
  private readonly blind: readonly number[];
  /** The extra node before the blind ones; the next one is before the updaters. */
  private readonly node: number;

  /** `node` is the first of two extra nodes, which are used only if `needsNodes`. */
  constructor(updaters: ReadonlySet<number>, blind: readonly number[], node: number) {
    this.updaters = updaters;
    this.blind = blind;
    this.node = node;
  }

  get needsNodes(): boolean {
    return this.updaters.size + this.blind.length > 1;
  }

  /** How many extra nodes are used. */
  get nodes(): number {
    if (!this.needsNodes) return 0;
    return this.updaters.size > 2 ? 2 + 2 * this.updaters.size : 2;
  }

  has(row: number): boolean {
    return this.updaters.has(row) || this.blind.includes(row);
  }

  /** `base` is the number of the first extra node of all. */
  link(base: number, link: Link): void {
    if (!this.needsNodes) return;
    for (const row of this.blind) link(base + this.node, row, edge.rw);
    for (const row of this.updaters) link(base + this.node + 1, row, edge.rw);
    // None of several updaters saw another.
    const all = [...this.updaters];
    if (all.length === 2) {
      link(all[0] as number, all[1] as number, edge.rw);
      link(all[1] as number, all[0] as number, edge.rw);
    }
    if (all.length <= 2) return;
    // Two nodes each: from the one all later updaters are reached, from the other all earlier ones.
    const first = base + this.node + 2;
    all.forEach((row, i) => {
      const [later, earlier] = [first + i, first + all.length + i];
      link(later, row, edge.rw);
      link(earlier, row, edge.rw);
      if (i + 1 < all.length) {
        link(later, later + 1, edge.rw);
        link(row, later + 1, edge.rw);
      }
      if (i > 0) {
        link(earlier, earlier - 1, edge.rw);
        link(row, earlier - 1, edge.rw);
      }
    });
  }

  linkReader(reader: number, base: number, link: Link): void {
    if (this.needsNodes) {
      link(reader, base + this.node, edge.rw);
      if (!this.updaters.has(reader)) link(reader, base + this.node + 1, edge.rw);
      return;
    }
    for (const row of this.updaters) link(reader, row, edge.rw);
    for (const row of this.blind) link(reader, row, edge.rw);
  }

  linkAfter(writer: number, link: Link): void {
    for (const row of this.blind) link(writer, row, edge.ww);
    for (const row of this.updaters) link(writer, row, edge.ww);
  }
}
