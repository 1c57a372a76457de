/** The operations of a run as typed arrays, row by row, ready to be searched by time. */
import type { OperationColumns, RunView } from '../view.ts';

export interface Window {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** What is shown of the operations. */
export interface Filter {
  readonly text: string;
  /** Texts that must be equal; empty: any. */
  readonly key: string;
  readonly client: string;
  readonly node: string;
  /** Indexes of `outcomes`. */
  readonly outcomes: ReadonlySet<number>;
}

/** One row of operations, in order of their calls. */
interface ClientRow {
  /** Positions in the columns. */
  readonly at: Int32Array;
  /** The latest end of this and all before it: what is in view begins where this reaches the window. */
  readonly reach: Float64Array;
}

/** What each step of the zoom goes through, as numbers side by side: a list of JSON has them boxed, now and then. */
type Columns = Omit<OperationColumns, 'fromUs' | 'untilUs' | 'outcome'> & {
  readonly fromUs: Float64Array;
  readonly untilUs: Float64Array;
  readonly outcome: Uint8Array;
};

export class Operations {
  readonly columns: Columns;
  /** 1: shown. */
  readonly isShown: Uint8Array;
  shown: number;
  private readonly rows: readonly ClientRow[];
  private readonly places = new Map<number, number>();

  constructor({ operations, clients }: RunView) {
    const { fromUs, untilUs, outcome } = operations;
    this.columns = {
      ...operations,
      fromUs: Float64Array.from(fromUs),
      untilUs: Float64Array.from(untilUs),
      outcome: Uint8Array.from(outcome),
    };
    this.isShown = new Uint8Array(operations.id.length).fill(1);
    this.shown = operations.id.length;
    const lists: number[][] = clients.map(() => []);
    operations.id.forEach((id, i) => {
      this.places.set(id, i);
      lists[operations.client[i] as number]?.push(i);
    });
    this.rows = lists.map((list) => rowOf(list, this.columns));
  }

  get count(): number {
    return this.columns.id.length;
  }

  /** Position of the operation with this id; -1: there is none. */
  placeOf(id: number): number {
    return this.places.get(id) ?? -1;
  }

  text(column: 'asked' | 'ended' | 'result' | 'key' | 'node', at: number): string {
    return this.columns.texts[this.columns[column][at] as number] ?? '';
  }

  /** What stands in its bar: what was asked, and what came of it. */
  label(at: number): string {
    const result = this.text('result', at);
    return result === '' ? this.text('asked', at) : `${this.text('asked', at)} → ${result}`;
  }

  from(at: number): number {
    return this.columns.fromUs[at] as number;
  }

  /** Its end, or its beginning where none was told. */
  until(at: number): number {
    const untilUs = this.columns.untilUs[at] as number;
    return untilUs < 0 ? this.from(at) : untilUs;
  }

  /** Calls `f` with each shown operation of a client that meets the window, in order of the calls. */
  each(client: number, window: Window, f: (at: number) => void): void {
    const row = this.rows[client];
    if (row === undefined) return;
    for (let i = firstReaching(row.reach, window.fromUs); i < row.at.length; i++) {
      const at = row.at[i] as number;
      if (this.from(at) > window.untilUs) return;
      if (this.isShown[at] === 1 && this.until(at) >= window.fromUs) f(at);
    }
  }

  filter(f: Filter, clients: readonly string[]): void {
    const { texts, asked, ended, key, node, client, outcome } = this.columns;
    const wanted = f.text.trim().toLowerCase();
    // Each text is looked at once, however many operations have it.
    const matches = texts.map((t) => wanted === '' || t.toLowerCase().includes(wanted));
    const keyAt = f.key === '' ? -1 : texts.indexOf(f.key);
    const nodeAt = f.node === '' ? -1 : texts.indexOf(f.node);
    const clientAt = f.client === '' ? -1 : clients.indexOf(f.client);
    this.shown = 0;
    for (let i = 0; i < this.count; i++) {
      const isShown =
        (matches[asked[i] as number] === true || matches[ended[i] as number] === true) &&
        (keyAt < 0 || key[i] === keyAt) &&
        (nodeAt < 0 || node[i] === nodeAt) &&
        (clientAt < 0 || client[i] === clientAt) &&
        f.outcomes.has(outcome[i] as number);
      this.isShown[i] = isShown ? 1 : 0;
      if (isShown) this.shown += 1;
    }
  }
}

function rowOf(list: readonly number[], { fromUs, untilUs }: Columns): ClientRow {
  const reach = new Float64Array(list.length);
  let latest = -Infinity;
  list.forEach((at, i) => {
    latest = Math.max(latest, fromUs[at] as number, untilUs[at] as number);
    reach[i] = latest;
  });
  return { at: Int32Array.from(list), reach };
}

/** The first index whose reach is at or after `us`. */
function firstReaching(reach: Float64Array, us: number): number {
  let [low, high] = [0, reach.length];
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((reach[mid] as number) < us) low = mid + 1;
    else high = mid;
  }
  return low;
}
