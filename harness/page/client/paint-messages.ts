/** A line from the row that sent to the row that received; what was lost ends with a cross on its way. */
import { topOf } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import type { Row } from './rows.ts';
import { xOf } from './scale.ts';
import type { Scale } from './scale.ts';
import type { PictureState } from './state.ts';

export interface Line {
  readonly message: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly isLost: boolean;
}

/** Of those in view; `top` gives the upper edge of a row. */
export function linesOf(
  { messages, rows, view, isMessaging }: PictureState,
  scale: Scale,
  top: (row: Row) => number,
): Line[] {
  if (messages === null || !isMessaging) return [];
  const middles = new Map<string, number>();
  for (const row of rows) {
    if (row.kind === 'node' || row.kind === 'client') {
      middles.set(row.label, top(row) + row.height / 2);
    }
  }
  return messages.in(view).drawn.flatMap((message) => {
    const [y1, y2] = [middles.get(messages.from(message)), middles.get(messages.to(message))];
    if (y1 === undefined || y2 === undefined) return [];
    const x1 = xOf(scale, messages.view.sentUs[message] as number);
    const end = xOf(scale, messages.until(message));
    const isLost = messages.isLost(message);
    // What is lost at once goes a little way, so that it can be seen.
    const x2 = isLost ? Math.max(end, x1 + 8) : end;
    return [{ message, x1, y1, x2, y2: isLost ? y1 + (y2 - y1) * 0.55 : y2, isLost }];
  });
}

export function paintMessages(s: Sheet, state: PictureState): void {
  const { c, colours } = s;
  const lines = linesOf(state, s.scale, (row) => topOf(s, row));
  for (const line of lines) {
    const isSelected = state.selected === `msg${line.message}`;
    c.globalAlpha = isSelected ? 1 : 0.75;
    c.strokeStyle = isSelected ? colours.ink : line.isLost ? colours.bad : colours.quiet;
    c.fillStyle = c.strokeStyle;
    c.lineWidth = isSelected ? 2.5 : 1;
    c.setLineDash(line.isLost ? [4, 3] : []);
    c.beginPath();
    c.moveTo(line.x1, line.y1);
    c.lineTo(line.x2, line.y2);
    c.stroke();
    c.setLineDash([]);
    if (line.isLost) cross(c, line.x2, line.y2);
    else head(c, line);
  }
  c.globalAlpha = 1;
}

function cross(c: CanvasRenderingContext2D, x: number, y: number): void {
  c.lineWidth = 2;
  c.beginPath();
  c.moveTo(x - 4, y - 4);
  c.lineTo(x + 4, y + 4);
  c.moveTo(x + 4, y - 4);
  c.lineTo(x - 4, y + 4);
  c.stroke();
}

function head(c: CanvasRenderingContext2D, { x1, y1, x2, y2 }: Line): void {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  c.beginPath();
  c.moveTo(x2, y2);
  c.lineTo(x2 - 7 * Math.cos(angle - 0.4), y2 - 7 * Math.sin(angle - 0.4));
  c.lineTo(x2 - 7 * Math.cos(angle + 0.4), y2 - 7 * Math.sin(angle + 0.4));
  c.fill();
}

/** The message nearest to a point, within some pixels. */
export function messageAt(lines: readonly Line[], x: number, y: number): number | null {
  let [best, least]: [number | null, number] = [null, 5];
  for (const { message, x1, y1, x2, y2 } of lines) {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
    const away = Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
    if (away < least) [best, least] = [message, away];
  }
  return best;
}
