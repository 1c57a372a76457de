/** How much room the names of rows get, left of the picture. */
import type { Row } from './rows.ts';
import { font } from './sheet.ts';

const least = 78;
/** Longer names are cut: they must not push the picture aside. */
const shareMax = { narrow: 0.3, wide: 0.28 };
const wideMin = 560;
/** Left of a name, and right of it. */
const room = 18;

/** Of rows as they are, measured once: all else of a zoom goes by it. */
const measured = new WeakMap<readonly Row[], number>();

/** Pixels, of a picture of `width`. */
export function labelsWidth(
  canvas: HTMLCanvasElement,
  rows: readonly Row[],
  width: number,
): number {
  const longest = measured.get(rows) ?? longestOf(canvas, rows);
  measured.set(rows, longest);
  const share = width < wideMin ? shareMax.narrow : shareMax.wide;
  return Math.round(Math.max(least, Math.min(longest + room, width * share)));
}

function longestOf(canvas: HTMLCanvasElement, rows: readonly Row[]): number {
  const c = canvas.getContext('2d');
  if (c === null) return 0;
  c.font = font;
  return rows.reduce((n, { label }) => Math.max(n, c.measureText(label).width), 0);
}
