/** What frames on a terminal are made of. */
import pc from 'picocolors';

/** Of a terminal wider than that, the rest stays empty: nobody reads across a whole screen. */
const widthMax = 100;

export function widthOf(columns: number): number {
  return Math.max(1, Math.min(columns, widthMax));
}

/** One text at the left, one at the right; the left one gives way. */
export function sides(left: string, right: string, width: number): string {
  const room = Math.max(0, width - right.length - 2);
  return cut(`${cut(left, room).padEnd(width - right.length)}${right}`, width);
}

/** How much of it is done, 0…1. */
export function bar(share: number, width: number): string {
  const full = Math.max(0, Math.min(width, Math.round(share * width)));
  return `${'━'.repeat(full)}${pc.dim('─'.repeat(width - full))}`;
}

/** Whole seconds: more would flicker. */
export function spanText(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1_000));
  return s < 120 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
