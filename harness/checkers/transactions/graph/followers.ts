/**
 * Who wrote after one version, in an order of which nothing more is known: each comes after all readers
 * of the version but itself. Two extra nodes stand between many readers and many writers, instead of an
 * edge for each pair.
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

  has(row: number): boolean {
    return this.updaters.has(row) || this.blind.includes(row);
  }

  /** `base` is the number of the first extra node of all. */
  link(base: number, link: Link): void {
    if (!this.needsNodes) return;
    for (const row of this.blind) link(base + this.node, row, edge.rw);
    for (const row of this.updaters) link(base + this.node + 1, row, edge.rw);
    // None of several updaters saw another: two at a time are enough to show it.
    let before = -1;
    for (const row of this.updaters) {
      if (before !== -1) {
        link(before, row, edge.rw);
        link(row, before, edge.rw);
      }
      before = row;
    }
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
