/** A picture with its controls: puts the parts together and turns gestures and keys into views. */
import type { RunView } from '../view.ts';
import { ages } from './ages.ts';
import { pageColours } from './colours.ts';
import { element } from './dom.ts';
import { eventList, eventText, eventsIn } from './events.ts';
import { filmPanel } from './film-panel.ts';
import type { FilmControls } from './film-panel.ts';
import { hitAt } from './hit.ts';
import { overview } from './overview.ts';
import { paint } from './paint.ts';
import { plots } from './plots.ts';
import type { Plots } from './plots.ts';
import { labelsWidth } from './labels.ts';
import { heightOf } from './rows.ts';
import { usOf, zoomed } from './scale.ts';
import type { Scale } from './scale.ts';
import { axisHeight } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import { PictureState } from './state.ts';
import { toolbar } from './toolbar.ts';

/** A picture that is taller scrolls. */
const heightMax = 620;
const keysHelp =
  'Keys, once the picture has the focus: ← → move, + − zoom, 0 all, c contradiction, m messages, n p next and previous event, . , next and previous change of a state, Esc none.';

export interface PictureOptions {
  /** Beside another: without filters and list of its own. */
  readonly isSecond: boolean;
  readonly onSelect: (name: string | null) => void;
}

export class Picture {
  readonly state: PictureState;
  private readonly host: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly box: HTMLElement;
  private readonly spacer: HTMLElement;
  private readonly said: HTMLElement;
  private readonly paintOverview: () => void;
  private readonly onSelect: PictureOptions['onSelect'];
  private readonly plots: readonly Plots[];
  private film: FilmControls | null = null;
  private isDue = false;
  /** How long the last painting took, ms: measured by tests. */
  paintedMs = 0;

  constructor(host: HTMLElement, run: RunView, options: PictureOptions) {
    this.host = host;
    this.onSelect = options.onSelect;
    this.state = new PictureState(run);
    this.canvas = element('canvas', {
      class: 'lanes',
      tabindex: 0,
      role: 'application',
      'aria-roledescription': 'timeline',
      'aria-label': `Timeline of ${run.name}: ${run.operations.id.length} operations, ${run.faults.length} faults. The list of events below says the same. ${keysHelp}`,
    });
    this.spacer = element('div', { class: 'spacer' });
    this.box = element('div', { class: 'box' }, this.canvas, this.spacer);
    this.said = element('p', { class: 'said', 'aria-live': 'polite' });
    const strip = element('div', { class: 'strip' });
    this.paintOverview = overview(this.state, strip);
    const parts: HTMLElement[] = [strip, this.box, this.said];
    const below = options.isSecond ? [] : [plots(this.state), ages(run)];
    this.plots = below.filter((p) => p !== null);
    parts.splice(2, 0, ...this.plots.map((p) => p.part));
    if (!options.isSecond) {
      const toContradiction = (): void => this.toContradiction();
      parts.unshift(toolbar(this.state, { toContradiction }));
      if (run.film !== null) {
        this.film = filmPanel(this.state, run.film);
        parts.push(this.film.panel);
      }
      parts.push(element('p', { class: 'about keys' }, keysHelp), eventList(this.state));
    }
    host.replaceChildren(...parts);
    this.listen();
    this.toContradiction();
  }

  /** Opens where the promise is broken; otherwise everything is in view. */
  toContradiction(): void {
    const { violation } = this.state.run;
    if (violation === null) return;
    const { ops, atUs, steps } = violation;
    this.state.setFocus(ops);
    // Of what no operation shows the steps are looked at: a moment alone is an empty picture.
    const also = ops.length > 0 ? [] : steps.flatMap((s) => (s.kind === 'skipped' ? [] : [s.atUs]));
    if (ops.length + also.length > 0) this.state.lookAt(ops, [atUs, ...also]);
    if (this.film !== null) this.state.setMoment(violation.atUs);
  }

  /** Selects an event and brings it into view. */
  show(name: string | null): void {
    const { state } = this;
    const span = name === null ? null : state.windowOf(name);
    if (name?.startsWith('msg') === true && !state.isMessaging) state.setMessages(true, '');
    state.select(span === null ? null : name);
    this.said.textContent = span === null || name === null ? '' : eventText(state, name);
    if (span === null) return;
    if (this.film !== null) state.setMoment(span.fromUs);
    const { view } = state;
    if (span.fromUs >= view.fromUs && span.untilUs <= view.untilUs) return;
    const length = Math.max(view.untilUs - view.fromUs, (span.untilUs - span.fromUs) * 1.5);
    const middle = (span.fromUs + span.untilUs) / 2;
    state.look({ fromUs: middle - length / 2, untilUs: middle + length / 2 });
  }

  private listen(): void {
    const { state, canvas, box } = this;
    const redraw = (): void => this.due();
    state.onChange(redraw);
    box.addEventListener('scroll', redraw);
    new ResizeObserver(redraw).observe(this.host);
    document.addEventListener('themechange', redraw);
    canvas.addEventListener('keydown', (e) => this.key(e));
    canvas.addEventListener('wheel', (e) => this.wheel(e), { passive: false });
    this.drag();
  }

  private due(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.paint();
    });
  }

  private scale(): Scale {
    const width = this.box.clientWidth;
    const left = labelsWidth(this.canvas, this.state.rows, width);
    return { ...this.state.view, left, width: width - left - 8 };
  }

  /** Paints at once what is to be seen now. */
  paint(): void {
    const begunMs = performance.now();
    const { state, canvas, box } = this;
    const total = axisHeight + heightOf(state.rows) + 26;
    const height = Math.min(heightMax, total);
    const width = box.clientWidth;
    if (width === 0) return;
    const ratio = devicePixelRatio;
    box.style.height = `${height}px`;
    this.spacer.style.height = `${total - height}px`;
    canvas.style.height = `${height}px`;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const c = canvas.getContext('2d');
    if (c === null) return;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const sheet: Sheet = {
      c,
      colours: pageColours(),
      width,
      height,
      scale: this.scale(),
      scrolled: box.scrollTop,
      badges: badgesOf(state),
    };
    paint(sheet, state);
    this.paintOverview();
    for (const p of this.plots) p.paint(sheet.scale);
    this.paintedMs = performance.now() - begunMs;
  }

  private wheel(e: WheelEvent): void {
    const { state, canvas } = this;
    const { view } = state;
    const length = view.untilUs - view.fromUs;
    if (e.ctrlKey || e.metaKey) {
      e.preventDefault();
      const x = e.clientX - canvas.getBoundingClientRect().left;
      const factor = Math.min(2, Math.max(0.5, 1.0015 ** e.deltaY));
      state.look(zoomed(view, state.whole, usOf(this.scale(), x), factor));
    } else if (Math.abs(e.deltaX) > Math.abs(e.deltaY) || e.shiftKey) {
      e.preventDefault();
      const shift = ((e.deltaX || e.deltaY) / this.scale().width) * length;
      state.look({ fromUs: view.fromUs + shift, untilUs: view.untilUs + shift });
    }
  }

  /** Dragging moves the picture; a press without a move selects. */
  private drag(): void {
    const { canvas, state } = this;
    let begun: { x: number; view: PictureState['view']; hasMoved: boolean } | null = null;
    canvas.addEventListener('pointerdown', (e) => {
      canvas.setPointerCapture(e.pointerId);
      begun = { x: e.clientX, view: state.view, hasMoved: false };
    });
    canvas.addEventListener('pointermove', (e) => {
      if (begun === null) return;
      const moved = e.clientX - begun.x;
      if (Math.abs(moved) > 3) begun.hasMoved = true;
      if (!begun.hasMoved) return;
      const us = (moved / this.scale().width) * (begun.view.untilUs - begun.view.fromUs);
      state.look({ fromUs: begun.view.fromUs - us, untilUs: begun.view.untilUs - us });
    });
    canvas.addEventListener('pointerup', (e) => {
      if (begun !== null && !begun.hasMoved) this.press(e);
      begun = null;
    });
    canvas.addEventListener('pointercancel', () => (begun = null));
  }

  private press(e: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    const at = {
      x: e.clientX - box.left,
      y: e.clientY - box.top + this.box.scrollTop - axisHeight,
    };
    const name = hitAt(this.state, this.scale(), at);
    this.onSelect(name);
  }

  private key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const { state } = this;
    const { fromUs, untilUs } = state.view;
    const length = untilUs - fromUs;
    const move = (share: number): void =>
      state.look({ fromUs: fromUs + share * length, untilUs: untilUs + share * length });
    const zoom = (factor: number): void =>
      state.look(zoomed(state.view, state.whole, (fromUs + untilUs) / 2, factor));
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => move(-0.2),
      ArrowRight: () => move(0.2),
      '+': () => zoom(0.5),
      '=': () => zoom(0.5),
      '-': () => zoom(2),
      '0': () => state.look(state.whole),
      Home: () => state.look(state.whole),
      c: () => this.toContradiction(),
      n: () => this.step(1),
      p: () => this.step(-1),
      m: () => state.setMessages(!state.isMessaging),
      '.': () => this.film?.step(1),
      ',': () => this.film?.step(-1),
      Escape: () => {
        state.setFocus([]);
        this.onSelect(null);
      },
    };
    const action = actions[e.key];
    if (action === undefined) return;
    e.preventDefault();
    action();
  }

  /** The event after the selected one, or before it; without one the first in view. */
  private step(by: 1 | -1): void {
    const { state } = this;
    const view = state.view;
    state.view = state.whole;
    const { first } = eventsIn(state);
    state.view = view;
    const at = first.findIndex((e) => e.name === state.selected);
    const next =
      at >= 0 ? at + by : first.findIndex((e) => e.atUs >= view.fromUs && e.atUs <= view.untilUs);
    const event = first[next];
    if (event !== undefined) this.onSelect(event.name);
  }
}

function badgesOf({ run }: PictureState): ReadonlyMap<number, number> {
  const badges = new Map<number, number>();
  run.violation?.facts.forEach(({ ops }, i) => {
    for (const op of ops) if (!badges.has(op)) badges.set(op, i + 1);
  });
  return badges;
}
