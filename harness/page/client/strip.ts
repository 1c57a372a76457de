/** A canvas below the lanes, on their axis: as wide as they are, as sharp as the screen, and empty. */
import type { Scale } from './scale.ts';
import { font } from './sheet.ts';

/** Null where the browser draws nothing. `height` is in pixels of the page. */
export function strip(
  canvas: HTMLCanvasElement,
  scale: Scale,
  height: number,
): CanvasRenderingContext2D | null {
  const width = scale.left + scale.width + 8;
  const ratio = devicePixelRatio;
  // A new size, even the same, would throw the canvas away.
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const c = canvas.getContext('2d');
  if (c === null) return null;
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  c.font = font;
  c.textBaseline = 'middle';
  return c;
}
