/** Draws a picture: rows, bands of faults, operations, marks, axis. What is out of view costs nothing. */
import { paintFaultRow, paintFaultBands } from './paint-faults.ts';
import { paintLane } from './paint-lane.ts';
import { paintMessages } from './paint-messages.ts';
import { paintArrows, paintOperations } from './paint-operations.ts';
import { clock, tickText, ticks, xOf } from './scale.ts';
import { axisHeight, fitted, font, topOf } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import type { Row } from './rows.ts';
import type { PictureState } from './state.ts';

export function paint(s: Sheet, state: PictureState): void {
  const { c, colours, width, height } = s;
  c.fillStyle = colours.ground;
  c.fillRect(0, 0, width, height);
  c.font = font;
  c.textBaseline = 'middle';
  const rows = state.rows.filter((row) => {
    const top = topOf(s, row);
    return top < height && top + row.height > axisHeight;
  });
  stripes(s, rows);
  c.save();
  c.beginPath();
  c.rect(s.scale.left, axisHeight, s.scale.width, height - axisHeight);
  c.clip();
  grid(s);
  paintFaultBands(s, rows, state);
  for (const row of rows) {
    if (row.kind === 'fault') paintFaultRow(s, row, state);
    else if (row.kind === 'client') paintOperations(s, row, state);
    else paintLane(s, row, state);
  }
  paintMessages(s, state);
  paintArrows(s, rows, state);
  moments(s, state);
  c.restore();
  labels(s, rows);
  axis(s, state.run.isTimed);
}

function stripes(s: Sheet, rows: readonly Row[]): void {
  s.c.fillStyle = s.colours.stripe;
  for (const row of rows) {
    if (row.kind === 'fault') continue;
    s.c.fillRect(0, topOf(s, row) + 1, s.width, row.height - 2);
  }
}

function grid(s: Sheet): void {
  s.c.fillStyle = s.colours.line;
  for (const us of ticks(s.scale)) {
    s.c.fillRect(Math.round(xOf(s.scale, us)), axisHeight, 1, s.height - axisHeight);
  }
}

/** Names of rows, as far as they fit, on a ground of their own. */
function labels(s: Sheet, rows: readonly Row[]): void {
  const { c, colours, scale } = s;
  c.textAlign = 'left';
  c.fillStyle = colours.ground;
  c.fillRect(0, axisHeight, scale.left, s.height - axisHeight);
  c.save();
  c.beginPath();
  c.rect(0, axisHeight, scale.left - 6, s.height - axisHeight);
  c.clip();
  for (const row of rows) {
    if (row.height < 12) continue;
    c.fillStyle = row.kind === 'client' || row.kind === 'node' ? colours.ink : colours.quiet;
    c.fillText(fitted(c, row.label, scale.left - 10), 4, topOf(s, row) + row.height / 2);
  }
  c.restore();
}

function axis(s: Sheet, isTimed: boolean): void {
  const { c, colours, scale } = s;
  c.fillStyle = colours.ground;
  c.fillRect(0, 0, s.width, axisHeight);
  c.fillStyle = colours.quiet;
  c.textAlign = 'center';
  const spanUs = scale.untilUs - scale.fromUs;
  for (const us of ticks(scale)) {
    const x = xOf(scale, us);
    const text = tickText(us, spanUs, isTimed);
    const half = c.measureText(text).width / 2;
    if (x - half < scale.left - 8 || x + half > s.width) continue;
    c.fillText(text, x, axisHeight / 2);
  }
  c.fillStyle = colours.line;
  c.fillRect(0, axisHeight - 1, s.width, 1);
}

/** When the cluster was ready, when the promise was broken, where two runs part. */
function moments(s: Sheet, { run, marks, momentUs }: PictureState): void {
  const { colours } = s;
  if (run.readyUs !== null && run.isTimed) upright(s, run.readyUs, colours.quiet, 'ready');
  if (momentUs !== null) upright(s, momentUs, colours.mark, clock(momentUs, run.isTimed));
  for (const m of marks) upright(s, m.atUs, colours.mark, m.text);
  if (run.violation !== null) {
    upright(s, run.violation.atUs, colours.bad, `broken ${clock(run.violation.atUs, run.isTimed)}`);
  }
}

function upright(s: Sheet, us: number, colour: string, text: string): void {
  const { c, scale } = s;
  const x = Math.round(xOf(scale, us)) + 0.5;
  if (x < scale.left || x > scale.left + scale.width) return;
  c.strokeStyle = colour;
  c.lineWidth = 1.5;
  c.setLineDash([4, 3]);
  c.beginPath();
  c.moveTo(x, axisHeight);
  c.lineTo(x, s.height);
  c.stroke();
  c.setLineDash([]);
  const width = c.measureText(text).width + 8;
  const left = Math.min(x + 3, scale.left + scale.width - width);
  c.fillStyle = s.colours.ground;
  c.globalAlpha = 0.85;
  c.fillRect(left, s.height - 18, width, 16);
  c.globalAlpha = 1;
  c.fillStyle = colour;
  c.textAlign = 'left';
  c.fillText(text, left + 4, s.height - 10);
}
