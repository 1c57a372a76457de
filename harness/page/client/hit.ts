/** Which event lies under a point of the picture. */
import { linesOf, messageAt } from './paint-messages.ts';
import { usOf } from './scale.ts';
import type { Scale } from './scale.ts';
import type { EventName, PictureState } from './state.ts';

/** A finger is this broad, in pixels to each side. */
const reach = 5;

/** `at` in pixels: from the left of the picture, and from the top of its first row. */
export function hitAt(
  state: PictureState,
  scale: Scale,
  at: { readonly x: number; readonly y: number },
): EventName | null {
  const row = state.rows.find((r) => at.y >= r.top && at.y < r.top + r.height);
  if (row === undefined || at.x < scale.left) return null;
  const us = usOf(scale, at.x);
  const near = ((scale.untilUs - scale.fromUs) / scale.width) * reach;
  if (row.kind === 'fault') {
    const fault = row.faults.find((f) => us >= f.fromUs - near && us <= f.untilUs + near);
    return fault === undefined ? null : `fault${fault.fault}`;
  }
  const lines = linesOf(state, scale, (r) => r.top);
  const message = messageAt(lines, at.x, at.y);
  const operation = row.kind === 'client' ? operationAt(state, row.index, us, near) : null;
  if (operation !== null) return operation;
  if (message !== null) return `msg${message}`;
  if (row.kind === 'client') return null;
  let [best, least]: [EventName | null, number] = [null, near * 3];
  state.run.moments.forEach((m, i) => {
    const away = Math.abs(m.atUs - us);
    if (m.where === row.label && away < least) [best, least] = [`moment${i}`, away];
  });
  return best;
}

/** The nearest of a client's operations. */
function operationAt(
  { operations }: PictureState,
  client: number,
  us: number,
  near: number,
): EventName | null {
  let [best, least]: [EventName | null, number] = [null, Infinity];
  operations.each(client, { fromUs: us - near, untilUs: us + near }, (at) => {
    const away = Math.max(operations.from(at) - us, us - operations.until(at), 0);
    if (away < least) [best, least] = [`op${operations.columns.id[at]}`, away];
  });
  return best;
}
