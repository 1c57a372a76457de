/** Faults: a bar with its words, a band across those it hits, and a tick at which it first met something. */
import type { FaultView } from '../view.ts';
import { fitted, topOf } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import type { Row } from './rows.ts';
import { xOf } from './scale.ts';
import type { PictureState } from './state.ts';

/** Left and width of a fault in pixels, if it is in view. */
function placeOf(s: Sheet, f: FaultView): { readonly x: number; readonly w: number } | null {
  const { scale } = s;
  if (f.untilUs < scale.fromUs || f.fromUs > scale.untilUs) return null;
  const x = Math.max(scale.left - 2, xOf(scale, f.fromUs));
  const end = Math.min(scale.left + scale.width + 2, xOf(scale, f.untilUs));
  return { x, w: Math.max(2, end - x) };
}

export function paintFaultRow(s: Sheet, row: Row, state: PictureState): void {
  const { c, colours } = s;
  const [top, height] = [topOf(s, row) + 2, row.height - 4];
  for (const f of row.faults) {
    const place = placeOf(s, f);
    if (place === null) continue;
    const { x, w } = place;
    c.globalAlpha = f.effectiveUs === null ? 0.12 : 0.3;
    c.fillStyle = colours.fault;
    c.fillRect(x, top, w, height);
    c.globalAlpha = 1;
    c.strokeStyle = state.selected === `fault${f.fault}` ? colours.ink : colours.fault;
    c.lineWidth = state.selected === `fault${f.fault}` ? 2 : 1;
    c.setLineDash(f.effectiveUs === null ? [3, 3] : []);
    c.strokeRect(x + 0.5, top + 0.5, w - 1, height - 1);
    c.setLineDash([]);
    const text = f.effectiveUs === null ? `${f.text} – met nothing` : f.text;
    words(s, row, f, text, { x, w, y: top + height / 2 });
    if (f.effectiveUs !== null) tick(s, f.effectiveUs, top, height);
  }
}

/** Inside of its bar, or to the right of it where nothing else is. */
function words(
  s: Sheet,
  row: Row,
  f: FaultView,
  text: string,
  at: { readonly x: number; readonly w: number; readonly y: number },
): void {
  const { c, scale } = s;
  const next = row.faults.find((o) => o.fromUs > f.fromUs);
  const edge = scale.left + scale.width;
  const end = next === undefined ? edge : Math.min(edge, xOf(scale, next.fromUs));
  const isInside = at.w > 120 || at.x + at.w + 60 > end;
  const x = Math.max(isInside ? at.x : at.x + at.w, scale.left) + 6;
  const room = (isInside ? at.x + at.w : end) - x - 4;
  c.fillStyle = s.colours.ink;
  c.textAlign = 'left';
  c.fillText(fitted(c, text, room), x, at.y);
}

/** A fault took effect here for the first time. */
function tick(s: Sheet, us: number, top: number, height: number): void {
  const { c, scale } = s;
  const x = xOf(scale, us);
  if (x < scale.left || x > scale.left + scale.width) return;
  c.fillStyle = s.colours.fault;
  c.beginPath();
  c.moveTo(x - 4, top - 1);
  c.lineTo(x + 4, top - 1);
  c.lineTo(x, top + 6);
  c.fill();
  c.fillRect(x - 0.75, top, 1.5, height);
}

/** Across the rows of those that a fault hits. */
export function paintFaultBands(s: Sheet, rows: readonly Row[], { run }: PictureState): void {
  const { c } = s;
  c.fillStyle = s.colours.fault;
  const byLabel = new Map(
    rows.flatMap((row) =>
      row.kind === 'node' || row.kind === 'client' ? [[row.label, row] as const] : [],
    ),
  );
  for (const f of run.faults) {
    const place = placeOf(s, f);
    if (place === null) continue;
    c.globalAlpha = f.effectiveUs === null ? 0.05 : 0.13;
    for (const hit of f.hits) {
      const row = byLabel.get(hit);
      if (row !== undefined) c.fillRect(place.x, topOf(s, row), place.w, row.height);
    }
  }
  c.globalAlpha = 1;
}
