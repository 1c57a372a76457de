/** The whole run in a strip; what is in view is framed, and dragging chooses another part. */
import type { Window } from './data.ts';
import { pageColours } from './colours.ts';
import type { Colours } from './colours.ts';
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
  let still: Still | null = null;
  return () => {
    const colours = pageColours();
    const [width, ratio] = [host.clientWidth, devicePixelRatio];
    if (width === 0) return;
    if (still?.width !== width || still.ratio !== ratio || still.colours !== colours) {
      still = stillOf(state, width, ratio, colours);
      canvas.width = still.canvas.width;
      canvas.height = still.canvas.height;
    }
    const c = canvas.getContext('2d');
    if (c === null) return;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, canvas.width, canvas.height);
    c.drawImage(still.canvas, 0, 0);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    frame(c, width, colours, state);
  };
}

/** What does not change with what is in view: painted once, and then copied. */
interface Still {
  readonly width: number;
  readonly ratio: number;
  readonly colours: Colours;
  readonly canvas: HTMLCanvasElement;
}

function stillOf(state: PictureState, width: number, ratio: number, colours: Colours): Still {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const c = canvas.getContext('2d');
  if (c !== null) {
    c.scale(ratio, ratio);
    paintStill(c, colours, stripOf(state, width), state);
  }
  return { width, ratio, colours, canvas };
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

function paintStill(
  c: CanvasRenderingContext2D,
  colours: Colours,
  { width, all, bad }: Strip,
  { run, whole }: PictureState,
): void {
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
}

function frame(
  c: CanvasRenderingContext2D,
  width: number,
  colours: Colours,
  { view, whole }: PictureState,
): void {
  const xOf = (us: number): number => ((us - whole.fromUs) / lengthOf(whole)) * width;
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
