/** Below the plots, on the same axis: how old what nodes know was, against how long it may be gone by. */
import type { AgesView, AgeTrackView, RunView } from '../view.ts';
import { pageColours } from './colours.ts';
import type { Colours } from './colours.ts';
import { element } from './dom.ts';
import type { Plots } from './plots.ts';
import { xOf } from './scale.ts';
import type { Scale } from './scale.ts';
import { strip } from './strip.ts';

const height = 84;
/** Room for what lies above a whole life. */
const [top, bottom] = [6, 4];
/** One for each kind of thing, in the order in which they are told. */
const inks = ['leader', 'held', 'candidate', 'up'] as const;

/** Null where nobody told. */
export function ages({ ages: view, untilUs }: RunView): Plots | null {
  if (view === null) return null;
  const canvas = element('canvas', { class: 'plots', 'aria-hidden': 'true' });
  const words = element('p', { class: 'about' });
  const part = element('div', { class: 'ages' }, canvas, words);
  const kinds = [...new Set(view.tracks.map((t) => t.what))];
  return {
    part,
    paint(scale) {
      const c = strip(canvas, scale, height);
      if (c === null) return;
      const colours = pageColours();
      const most = Math.max(1.15, ...view.tracks.map((t) => oldestIn(t, scale, untilUs)));
      const yOf = (share: number): number =>
        height - bottom - (share / most) * (height - top - bottom);
      axis(c, colours, scale, yOf);
      for (const t of view.tracks) {
        c.strokeStyle = colours[inks[kinds.indexOf(t.what) % inks.length] ?? 'up'];
        curve(c, t, { scale, untilUs, yOf });
      }
      words.textContent = wordsOf(view, kinds, scale, untilUs);
    },
  };
}

/** The whole life is red: what is older is not to be gone by. */
function axis(
  c: CanvasRenderingContext2D,
  colours: Colours,
  scale: Scale,
  yOf: (share: number) => number,
): void {
  for (const [share, text, colour] of [
    [0, 'age', colours.line],
    [1, 'a life', colours.bad],
  ] as const) {
    const y = Math.round(yOf(share));
    c.fillStyle = colour;
    c.fillRect(scale.left, y, scale.width, 1);
    c.fillStyle = colours.quiet;
    c.textAlign = 'left';
    c.fillText(text, 4, Math.min(y, height - 8));
  }
}

interface Ground {
  readonly scale: Scale;
  readonly untilUs: number;
  readonly yOf: (share: number) => number;
}

/** A saw: it rises with time, and falls where it is confirmed. */
function curve(
  c: CanvasRenderingContext2D,
  t: AgeTrackView,
  { scale, untilUs, yOf }: Ground,
): void {
  c.lineWidth = 1.3;
  c.save();
  c.beginPath();
  c.rect(scale.left, 0, scale.width, height);
  c.clip();
  c.beginPath();
  t.atUs.forEach((us, i) => {
    const age = t.ageUs[i] as number;
    const endUs = t.atUs[i + 1] ?? untilUs;
    if (age < 0 || endUs < scale.fromUs || us > scale.untilUs) return;
    const isOn = i > 0 && (t.ageUs[i - 1] as number) >= 0;
    const from = [xOf(scale, us), yOf(age / t.lifetimeUs)] as const;
    if (isOn) c.lineTo(...from);
    else c.moveTo(...from);
    c.lineTo(xOf(scale, endUs), yOf((age + endUs - us) / t.lifetimeUs));
  });
  c.stroke();
  c.restore();
}

/** As a share of its life. */
function oldestIn(t: AgeTrackView, scale: Scale, untilUs: number): number {
  let oldest = 0;
  t.atUs.forEach((us, i) => {
    const age = t.ageUs[i] as number;
    const endUs = Math.min(t.atUs[i + 1] ?? untilUs, scale.untilUs);
    if (age >= 0 && endUs >= scale.fromUs && us <= scale.untilUs)
      oldest = Math.max(oldest, (age + endUs - us) / t.lifetimeUs);
  });
  return oldest;
}

/** Of each kind the oldest in view. */
function wordsOf(view: AgesView, kinds: readonly string[], scale: Scale, untilUs: number): string {
  const told = kinds.map((what) => {
    const own = view.tracks.filter((t) => t.what === what);
    const [first] = own.toSorted(
      (a, b) => oldestIn(b, scale, untilUs) - oldestIn(a, scale, untilUs),
    );
    if (first === undefined) return '';
    const share = oldestIn(first, scale, untilUs);
    const age = seconds(share * first.lifetimeUs);
    const end = share > 1 ? 'longer than its life of' : 'its life is';
    return `${what}: at most ${age} old (${first.of}), ${end} ${seconds(first.lifetimeUs)}`;
  });
  const others = view.others === 0 ? '' : ` ${view.others} others stayed younger.`;
  return `In view, ${told.join('; ')}.${others}`;
}

function seconds(us: number): string {
  return `${Number((us / 1e6).toPrecision(3))} s`;
}
