/** What is drawn on, and where rows lie on it. */
import type { Colours } from './colours.ts';
import type { Row } from './rows.ts';
import type { Scale } from './scale.ts';

export interface Sheet {
  readonly c: CanvasRenderingContext2D;
  readonly colours: Colours;
  readonly width: number;
  readonly height: number;
  /** Of the rows, which begin below the axis. */
  readonly scale: Scale;
  /** Pixels by which the rows are scrolled. */
  readonly scrolled: number;
  /** By id of an operation: the number of its fact. */
  readonly badges: ReadonlyMap<number, number>;
}

export const axisHeight = 28;
export const font = '12px system-ui, sans-serif';

/** The top of a row on the sheet. */
export function topOf(s: Sheet, row: Row): number {
  return axisHeight + row.top - s.scrolled;
}

/** The text, or as much of it as there is room for. */
export function fitted(c: CanvasRenderingContext2D, text: string, room: number): string {
  if (c.measureText(text).width <= room) return text;
  let length = Math.floor(room / 6);
  while (length > 1 && c.measureText(`${text.slice(0, length)}…`).width > room) length -= 1;
  return length < 2 ? '' : `${text.slice(0, length)}…`;
}
