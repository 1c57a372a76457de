/** A row of segments: what a node was, what an object could hold. */
import type { LaneView, SegmentView } from '../view.ts';
import { fitted, topOf } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import type { Row } from './rows.ts';
import { xOf } from './scale.ts';
import type { PictureState } from './state.ts';

export function paintLane(s: Sheet, row: Row, { run }: PictureState): void {
  const { segments } = run.lanes[row.index] as LaneView;
  const { scale } = s;
  let painted = -Infinity;
  for (let i = firstEnding(segments, scale.fromUs); i < segments.length; i++) {
    const segment = segments[i] as SegmentView;
    if (segment.fromUs > scale.untilUs) return;
    const from = Math.max(scale.left - 2, xOf(scale, segment.fromUs));
    const until = Math.min(scale.left + scale.width + 2, xOf(scale, segment.untilUs));
    // Of many that share a pixel one is drawn, unless it is out of the ordinary.
    if (until - painted < 0.5 && (segment.look === 'up' || segment.look === 'leader')) continue;
    painted = until;
    paintSegment(s, row, segment, from, Math.max(1, until - from));
  }
}

function paintSegment(s: Sheet, row: Row, g: SegmentView, x: number, w: number): void {
  const { c, colours } = s;
  const inset = row.height > 20 ? 4 : 2;
  const [top, height] = [topOf(s, row) + inset, row.height - 2 * inset];
  const isStrong = g.look === 'leader' || g.look === 'clash';
  if (g.look === 'down') hatch(s, x, top, w, height);
  else {
    c.globalAlpha = g.look === 'up' ? 0.45 : g.look === 'held' || g.look === 'odd' ? 0.55 : 0.9;
    c.fillStyle = colourOf(s, g.look);
    c.fillRect(x, top, w, height);
    c.globalAlpha = 1;
  }
  if (g.more !== '') {
    c.fillStyle = colours.info;
    c.fillRect(x, top + height - 3, w, 3);
  }
  if (w < 28) return;
  c.fillStyle = isStrong ? colours['on-strong'] : colours.ink;
  c.textAlign = 'left';
  const text = g.more === '' ? g.text : `${g.text}, ${g.more}`;
  const left = Math.max(x, s.scale.left);
  c.fillText(fitted(c, text, x + w - left - 8), left + 5, top + height / 2 + 0.5);
}

function colourOf({ colours }: Sheet, look: SegmentView['look']): string {
  if (look === 'clash') return colours.bad;
  return look === 'odd' ? colours.info : colours[look];
}

/** Nothing is there: an outline with strokes, which needs no colour to be told apart. */
function hatch({ c, colours }: Sheet, x: number, top: number, w: number, height: number): void {
  c.save();
  c.beginPath();
  c.rect(x, top, w, height);
  c.clip();
  c.strokeStyle = colours.down;
  c.lineWidth = 1;
  c.beginPath();
  for (let at = x - height; at < x + w; at += 6) {
    c.moveTo(at, top + height);
    c.lineTo(at + height, top);
  }
  c.stroke();
  c.restore();
  c.strokeStyle = colours.down;
  c.strokeRect(x + 0.5, top + 0.5, Math.max(0, w - 1), height - 1);
}

/** The first segment that ends at or after `us`; they follow one another. */
function firstEnding(segments: readonly SegmentView[], us: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((segments[mid] as SegmentView).untilUs < us) low = mid + 1;
    else high = mid;
  }
  return low;
}
