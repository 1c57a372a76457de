/** Operations as bars: full is ok, hollow failed, striped is unknown; those of the contradiction stand out. */
import { quicklyFitted, topOf } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import type { Row } from './rows.ts';
import { xOf } from './scale.ts';
import type { PictureState } from './state.ts';

/** Positions in `outcomes`. */
const [ok, fail, info, open] = [0, 1, 2, 3];
/** A bar narrower than this has no outline. */
const outlineMin = 4;
const wordsMin = 26;
/** Narrower than this it says too little. */
const wordsBesideMax = 60;
const faint = 0.22;

interface Bar {
  readonly x: number;
  readonly w: number;
  readonly top: number;
  readonly height: number;
}

export function paintOperations(s: Sheet, row: Row, state: PictureState): void {
  const { operations, focus } = state;
  const { outcome, id } = operations.columns;
  const { scale } = s;
  const pixelsPerUs = scale.width / (scale.untilUs - scale.fromUs);
  const narrow = new Streak(s, row, focus.size === 0 ? 1 : faint);
  const chosen = state.selected?.startsWith('op') === true ? Number(state.selected.slice(2)) : -1;
  operations.each(row.index, scale, (at) => {
    const kind = outcome[at] as number;
    const isFocus = focus.size > 0 && focus.has(id[at] as number);
    const isSelected = id[at] === chosen;
    const [fromUs, untilUs] = [operations.from(at), operations.until(at)];
    const isNarrow = (untilUs - fromUs) * pixelsPerUs < 2 && kind !== open;
    if (isNarrow && !isFocus && !isSelected) {
      narrow.add(Math.floor(xOf(scale, untilUs)), kind);
      return;
    }
    narrow.end();
    const bar = barOf(s, row, fromUs, untilUs);
    s.c.globalAlpha = focus.size === 0 || isFocus ? 1 : faint;
    paintBar(s, bar, kind);
    const isSaidBeside = isFocus && bar.w < wordsBesideMax;
    if (bar.w >= wordsMin && bar.height > 12 && !isSaidBeside)
      words(s, bar, operations.label(at), kind);
    s.c.globalAlpha = 1;
    if (isFocus) frame(s, bar, s.colours.bad);
    if (isSelected) frame(s, bar, s.colours.ink);
  });
  narrow.end();
}

/**
 * Bars of a pixel or two that stand side by side are one rectangle: a row of five thousand costs no more than its
 * changes of colour. Of those that share a pixel the gravest is seen.
 */
class Streak {
  private readonly s: Sheet;
  private readonly row: Row;
  private readonly alpha: number;
  private from = 0;
  private until = -Infinity;
  private kind: number = ok;

  constructor(s: Sheet, row: Row, alpha: number) {
    this.s = s;
    this.row = row;
    this.alpha = alpha;
  }

  add(x: number, kind: number): void {
    if (x <= this.until && kind <= this.kind) return;
    if (x <= this.until + 1 && kind === this.kind) {
      this.until = x;
      return;
    }
    this.end();
    [this.from, this.until, this.kind] = [x, x, kind];
  }

  end(): void {
    const { s, row, from, until, kind } = this;
    if (until === -Infinity) return;
    this.until = -Infinity;
    const { c, colours } = s;
    const inset = insetOf(row);
    c.globalAlpha = this.alpha;
    c.fillStyle = kind === ok ? colours.ok : kind === fail ? colours.fail : colours.info;
    c.fillRect(from, Math.round(topOf(s, row)) + inset, until - from + 1, row.height - 2 * inset);
    c.globalAlpha = 1;
  }
}

function insetOf(row: Row): number {
  return row.height > 12 ? 5 : 2;
}

function barOf(s: Sheet, row: Row, fromUs: number, untilUs: number): Bar {
  const [from, until] = [xOf(s.scale, fromUs), xOf(s.scale, untilUs)];
  const x = Math.max(s.scale.left - 4, from);
  const w = Math.max(1.2, Math.min(s.scale.left + s.scale.width + 4, until) - x);
  const inset = insetOf(row);
  return { x, w, top: topOf(s, row) + inset, height: row.height - 2 * inset };
}

function paintBar({ c, colours, scale }: Sheet, { x, w, top, height }: Bar, kind: number): void {
  if (kind === open) {
    // Nobody was ever told: it goes on.
    c.fillStyle = colours.info;
    c.fillRect(x, top, Math.max(w, 2), height);
    c.globalAlpha *= 0.5;
    c.fillRect(x, top + height / 2 - 1, scale.left + scale.width - x, 2);
    return;
  }
  const colour = kind === ok ? colours.ok : kind === fail ? colours.fail : colours.info;
  if (w < outlineMin) {
    c.fillStyle = colour;
    c.fillRect(x, top, w, height);
    return;
  }
  const alpha = c.globalAlpha;
  c.fillStyle = colour;
  c.globalAlpha = alpha * (kind === fail ? 0.08 : kind === info ? 0.25 : 1);
  c.fillRect(x, top, w, height);
  c.globalAlpha = alpha;
  if (kind === ok) return;
  c.strokeStyle = colour;
  c.lineWidth = 1;
  c.setLineDash(kind === info ? [4, 2] : []);
  c.strokeRect(x + 0.5, top + 0.5, w - 1, height - 1);
  c.setLineDash([]);
}

function words(s: Sheet, { x, w, top, height }: Bar, text: string, kind: number): void {
  const { c, colours } = s;
  const left = Math.max(x, s.scale.left);
  c.fillStyle = kind === ok ? colours['on-strong'] : colours.ink;
  c.textAlign = 'left';
  c.fillText(quicklyFitted(c, text, x + w - left - 8), left + 5, top + height / 2 + 0.5);
}

function frame({ c }: Sheet, { x, w, top, height }: Bar, colour: string): void {
  c.strokeStyle = colour;
  c.lineWidth = 2.5;
  c.strokeRect(x - 1, top - 1, w + 2, height + 2);
}

/** Numbers of facts on their operations, and arrows from what had returned to what was called after it. */
export function paintArrows(s: Sheet, rows: readonly Row[], state: PictureState): void {
  const { operations, run } = state;
  const byClient = new Map(
    rows.flatMap((r) => (r.kind === 'client' ? [[r.index, r] as const] : [])),
  );
  const bars = (run.violation?.ops ?? []).flatMap((op) => {
    const at = operations.placeOf(op);
    if (at < 0 || operations.isShown[at] !== 1) return [];
    const row = byClient.get(operations.columns.client[at] as number);
    if (row === undefined) return [];
    const [from, until] = [operations.from(at), operations.until(at)];
    return [{ op, at, from, until, bar: barOf(s, row, from, until) }];
  });
  const inOrder = bars.toSorted((a, b) => a.from - b.from);
  inOrder.forEach((b, i) => {
    const next = inOrder[i + 1];
    if (next !== undefined && b.until < next.from) arrow(s, b.bar, next.bar);
  });
  for (const { op, at, bar } of bars) {
    badge(s, bar, s.badges.get(op));
    const others = bars.flatMap((b) => (b.op === op || b.bar.top !== bar.top ? [] : [b.bar]));
    if (bar.w < wordsBesideMax) wordsBeside(s, bar, operations.label(at), others);
  }
}

/** Of a bar in the contradiction that is too narrow for its words: they stand where there is room. */
function wordsBeside(s: Sheet, bar: Bar, text: string, others: readonly Bar[]): void {
  const { c, colours, scale } = s;
  const { x, w, top, height } = bar;
  const width = c.measureText(text).width + 8;
  const isFree = (left: number): boolean =>
    left >= scale.left &&
    left + width <= scale.left + scale.width &&
    others.every((o) => o.x > left + width || o.x + o.w < left);
  const left = [x + w + 6, x - width - 14].find(isFree);
  if (left === undefined) return;
  c.globalAlpha = 0.85;
  c.fillStyle = colours.ground;
  c.fillRect(left, top, width, height);
  c.globalAlpha = 1;
  c.fillStyle = colours.ink;
  c.textAlign = 'left';
  c.fillText(text, left + 4, top + height / 2 + 0.5);
}

function arrow({ c, colours }: Sheet, a: Bar, b: Bar): void {
  const [x1, y1] = [a.x + a.w, a.top + a.height / 2];
  const [x2, y2] = [b.x - 3, b.top + b.height / 2];
  const bend = Math.max(12, (x2 - x1) / 2);
  c.strokeStyle = colours.bad;
  c.fillStyle = colours.bad;
  c.lineWidth = 1.5;
  c.beginPath();
  c.moveTo(x1, y1);
  c.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  c.stroke();
  c.beginPath();
  c.moveTo(x2 + 2, y2);
  c.lineTo(x2 - 6, y2 - 4);
  c.lineTo(x2 - 6, y2 + 4);
  c.fill();
}

function badge({ c, colours, scale }: Sheet, { x, top }: Bar, n: number | undefined): void {
  if (n === undefined) return;
  const [cx, cy] = [Math.max(x, scale.left + 10), top - 1];
  c.fillStyle = colours.bad;
  c.beginPath();
  c.arc(cx, cy, 8.5, 0, 2 * Math.PI);
  c.fill();
  c.fillStyle = colours['on-strong'];
  c.textAlign = 'center';
  c.fillText(String(n), cx, cy + 0.5);
}
