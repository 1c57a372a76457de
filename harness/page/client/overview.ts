/** The whole run in a strip; what is in view is framed, and dragging chooses another part. */
import type { Window } from './data.ts';
import { coloursOf } from './colours.ts';
import type { PictureState } from './state.ts';

const height = 40;

export function overview(state: PictureState, host: HTMLElement): () => void {
  const canvas = document.createElement('canvas');
  canvas.className = 'overview';
  canvas.setAttribute('aria-hidden', 'true');
  host.append(canvas);
  const usAt = (event: PointerEvent): number => {
    const box = canvas.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return state.whole.fromUs + share * (state.whole.untilUs - state.whole.fromUs);
  };
  let begunUs: number | null = null;
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    begunUs = usAt(event);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (begunUs !== null) state.look(ordered(begunUs, usAt(event)));
  });
  canvas.addEventListener('pointerup', (event) => {
    const us = usAt(event);
    // A click alone brings that moment to the middle.
    if (begunUs !== null && Math.abs(us - begunUs) < lengthOf(state.whole) / 200) {
      const half = lengthOf(state.view) / 2;
      state.look({ fromUs: us - half, untilUs: us + half });
    }
    begunUs = null;
  });
  let strip: Strip | null = null;
  return () => {
    const width = host.clientWidth;
    const ratio = devicePixelRatio;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const c = canvas.getContext('2d');
    if (c === null) return;
    c.scale(ratio, ratio);
    if (strip?.width !== width) strip = stripOf(state, width);
    paint(c, canvas, strip, state);
  };
}

/** By pixel: how many operations began there, and how many of them were not ok. */
interface Strip {
  readonly width: number;
  readonly all: Uint32Array;
  readonly bad: Uint32Array;
}

function stripOf({ operations, whole }: PictureState, width: number): Strip {
  const [all, bad] = [new Uint32Array(width + 1), new Uint32Array(width + 1)];
  const { fromUs, outcome } = operations.columns;
  for (let i = 0; i < fromUs.length; i++) {
    const us = fromUs[i] as number;
    const x = Math.floor(((us - whole.fromUs) / lengthOf(whole)) * width);
    all[x] = (all[x] ?? 0) + 1;
    if (outcome[i] !== 0) bad[x] = (bad[x] ?? 0) + 1;
  }
  return { width, all, bad };
}

function paint(
  c: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  { width, all, bad }: Strip,
  { run, view, whole }: PictureState,
): void {
  const colours = coloursOf(canvas);
  const xOf = (us: number): number => ((us - whole.fromUs) / lengthOf(whole)) * width;
  c.fillStyle = colours.stripe;
  c.fillRect(0, 0, width, height);
  c.globalAlpha = 0.3;
  c.fillStyle = colours.fault;
  for (const f of run.faults) {
    c.fillRect(xOf(f.fromUs), 0, Math.max(1, xOf(f.untilUs) - xOf(f.fromUs)), 6);
  }
  c.globalAlpha = 1;
  const most = all.reduce((a, b) => Math.max(a, b), 1);
  for (let x = 0; x < width; x++) {
    const tall = Math.sqrt((all[x] as number) / most) * (height - 10);
    if (tall === 0) continue;
    const failed = ((bad[x] as number) / (all[x] as number)) * tall;
    c.fillStyle = colours.ok;
    c.fillRect(x, height - tall, 1, tall - failed);
    c.fillStyle = colours.info;
    c.fillRect(x, height - failed, 1, failed);
  }
  if (run.violation !== null) {
    c.fillStyle = colours.bad;
    c.fillRect(xOf(run.violation.atUs) - 1, 0, 2, height);
  }
  const [from, until] = [xOf(view.fromUs), Math.max(xOf(view.fromUs) + 2, xOf(view.untilUs))];
  c.fillStyle = colours.ground;
  c.globalAlpha = 0.65;
  c.fillRect(0, 0, from, height);
  c.fillRect(until, 0, width - until, height);
  c.globalAlpha = 1;
  c.strokeStyle = colours.ink;
  c.strokeRect(from + 0.5, 0.5, Math.max(1, until - from - 1), height - 1);
}

function lengthOf({ fromUs, untilUs }: Window): number {
  return untilUs - fromUs;
}

function ordered(a: number, b: number): Window {
  return { fromUs: Math.min(a, b), untilUs: Math.max(a, b) };
}
