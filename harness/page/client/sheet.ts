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
  if (room < roomMin) return '';
  const { width } = c.measureText(text);
  if (width <= room) return text;
  const length = Math.floor((text.length * (room - 10)) / width);
  return length < 2 ? '' : `${text.slice(0, length)}…`;
}

/** Less has no room for two letters. */
const roomMin = 14;
const sample = 'cas read write delete k0 k17 = 1234567890 → ok';
let letter = 0;

/** The same by the width of a usual letter: thousands of texts are not measured with every step of a zoom. */
export function quicklyFitted(c: CanvasRenderingContext2D, text: string, room: number): string {
  if (room < roomMin) return '';
  if (letter === 0) letter = (c.measureText(sample).width / sample.length) * 1.04;
  const length = Math.floor(room / letter);
  if (text.length <= length) return text;
  return length < 3 ? '' : `${text.slice(0, length - 1)}…`;
}
