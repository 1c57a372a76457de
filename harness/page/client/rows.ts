/** Which rows there are, from top to bottom, and where. */
import type { FaultView, RunView } from '../view.ts';

export interface Row {
  readonly kind: 'fault' | 'object' | 'node' | 'aspect' | 'client';
  readonly label: string;
  /** Of a lane its index in the view, of a client its index; of a row of faults nothing. */
  readonly index: number;
  readonly faults: readonly FaultView[];
  readonly top: number;
  readonly height: number;
}

const heights = { fault: 20, object: 22, node: 24, aspect: 18, client: 28 } as const;
/** Between rows of two kinds. */
const gap = 8;
/** More clients than this get rows without room for words. */
const clientsRoomy = 40;
const heightSmall = 12;

/** Below rows between which lines are drawn. */
const gapOfLines = 24;

/** `isSpread`: with room for lines between nodes and clients. */
export function rowsOf(run: RunView, clients: (index: number) => boolean, isSpread = false): Row[] {
  const rows: Row[] = [];
  let top = 4;
  let last = '';
  const add = (row: Omit<Row, 'top' | 'height'>, height: number): void => {
    if (last !== '' && last !== row.kind) top += gap;
    last = row.kind;
    rows.push({ ...row, top, height });
    top += height;
    if (isSpread && (row.kind === 'node' || row.kind === 'client')) top += gapOfLines;
  };
  for (const faults of packed(run.faults)) {
    add(
      { kind: 'fault', label: rows.length === 0 ? 'faults' : '', index: -1, faults },
      heights.fault,
    );
  }
  for (const kind of ['object', 'node', 'aspect'] as const) {
    run.lanes.forEach((lane, index) => {
      if (lane.kind === kind) add({ kind, label: lane.label, index, faults: [] }, heights[kind]);
    });
  }
  const height = run.clients.length > clientsRoomy ? heightSmall : heights.client;
  run.clients.forEach((label, index) => {
    if (clients(index)) add({ kind: 'client', label, index, faults: [] }, height);
  });
  return rows;
}

/** Faults that overlap stand below one another. */
function packed(faults: readonly FaultView[]): FaultView[][] {
  const rows: FaultView[][] = [];
  for (const f of faults.toSorted((a, b) => a.fromUs - b.fromUs)) {
    const row = rows.find((r) => (r.at(-1) as FaultView).untilUs < f.fromUs);
    if (row === undefined) rows.push([f]);
    else row.push(f);
  }
  return rows;
}

export function heightOf(rows: readonly Row[]): number {
  const last = rows.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}
