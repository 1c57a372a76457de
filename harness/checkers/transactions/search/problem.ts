/**
 * The search for an order in which transactions can run, as points that happen one after another. A point
 * is a transaction, or its start and its commit when they see snapshots.
 */
import type { Claims } from './claims.ts';
import { Graph } from '../graph/graph.ts';
import { snapshotGraph } from '../graph/snapshot-graph.ts';

/** That one point comes before another because of a key: decided, or concluded. */
export interface Precedence {
  readonly from: number;
  readonly to: number;
  readonly key: number;
  readonly why: Why;
}

export type Why =
  /** Both write the key, and the first is before this row, which read what the other wrote. */
  | { readonly kind: 'before reader'; readonly reader: number }
  /** The first read what this row wrote, and the other, which overwrote it, is after this row. */
  | { readonly kind: 'after writer'; readonly writer: number }
  /** Both write the key: one commits before the other starts. */
  | { readonly kind: 'apart' };

/**
 * What points are: transactions, or their starts and commits; `apart`: of two that write a key one starts
 * after the other has committed (first committer wins).
 */
export type Form = 'serial' | 'snapshots' | 'snapshots apart';

export class Problem {
  /** What has to come after a point, whatever is decided; and what before. */
  readonly after: Graph;
  readonly before: Graph;
  readonly claims: Claims;
  readonly areSnapshots: boolean;
  readonly areApart: boolean;
  private readonly rows: number;
  private readonly due: Float64Array;

  /** Orders have to obey the edges of `graph` in `mask`. `due` of a row with the least is due first. */
  constructor(graph: Graph, mask: number, claims: Claims, form: Form, due: Float64Array) {
    this.areSnapshots = form !== 'serial';
    this.areApart = form === 'snapshots apart';
    const points = this.areSnapshots ? snapshotGraph(graph, mask, this.areApart) : graph;
    this.rows = graph.rows;
    this.claims = claims;
    this.due = due;
    this.after = new Graph(points.nodes, 0, (link) => {
      for (let v = 0; v < points.nodes; v++) {
        points.each(v, mask, (to, kind) => link(v, to, kind));
      }
    });
    this.before = new Graph(points.nodes, 0, (link) => {
      for (let v = 0; v < points.nodes; v++) {
        points.each(v, mask, (to, kind) => link(to, v, kind));
      }
    });
  }

  /** How many transactions there are. */
  get size(): number {
    return this.rows;
  }

  get points(): number {
    return this.after.nodes;
  }

  /** The row of a point; -1: it stands for none. */
  rowOf(point: number): number {
    if (this.areSnapshots) return point < this.rows * 2 ? point >> 1 : -1;
    return point < this.rows ? point : -1;
  }

  /** The node of the graph for it. */
  nodeOf(point: number): number {
    const row = this.rowOf(point);
    if (row !== -1) return row;
    return this.areSnapshots ? point - this.rows : point;
  }

  startOf(row: number): number {
    return this.areSnapshots ? row * 2 : row;
  }

  commitOf(row: number): number {
    return this.areSnapshots ? row * 2 + 1 : row;
  }

  /** Of a point that has a row. */
  isStart(point: number): boolean {
    return !this.areSnapshots || point % 2 === 0;
  }

  isCommit(point: number): boolean {
    return !this.areSnapshots || point % 2 === 1;
  }

  /** What stands for no row is always due. */
  rankOf(point: number): number {
    const row = this.rowOf(point);
    return row === -1 ? -Infinity : (this.due[row] as number);
  }
}
