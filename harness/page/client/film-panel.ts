/** The run as a film: a slider over time, and what everybody was at that moment. */
import { Film } from '../film.ts';
import type { FieldThen } from '../film.ts';
import type { FilmView } from '../view.ts';
import { button, element } from './dom.ts';
import { clock } from './scale.ts';
import type { PictureState } from './state.ts';

/** More of them stand one below the other. */
const columnsMax = 8;
/** While it plays: a change each so many ms. */
const playMs = 120;

export interface FilmControls {
  readonly panel: HTMLElement;
  /** To the next change, or the one before. */
  step(by: 1 | -1): void;
}

export function filmPanel(state: PictureState, view: FilmView): FilmControls {
  const film = new Film(view);
  const { run } = state;
  const slider = element('input', {
    type: 'range',
    class: 'moment',
    min: run.fromUs,
    max: run.untilUs,
    step: 1,
    'aria-label': 'Moment of the run; arrow keys go from change to change',
  });
  const when = element('output', { class: 'when', 'aria-live': 'polite' });
  const isThing = (name: string): boolean => !run.lanes.some((l) => l.label === name);
  const clients = film.names.filter((n) => run.clients.includes(n));
  const withClients = element('input', { type: 'checkbox' });
  const body = element('div', {
    class: 'scroll then',
    tabindex: 0,
    role: 'region',
    'aria-label': 'State at this moment',
  });
  const things = element('ul', { class: 'things' });
  const now = (): number => state.momentUs ?? run.fromUs;
  const fill = (): void => {
    const us = now();
    slider.value = String(us);
    slider.setAttribute('aria-valuetext', clock(us));
    const text = `${(us / 1_000_000).toFixed(6)} s`;
    if (when.textContent === text) return;
    when.textContent = text;
    const all = film.at(us);
    const names = film.names.filter(
      (n) => !isThing(n) || (withClients.checked && clients.includes(n)),
    );
    body.replaceChildren(tableOf(names, all, us));
    const rest = film.names.filter((n) => isThing(n) && !clients.includes(n));
    things.replaceChildren(...rest.flatMap((n) => thingOf(n, all.get(n) ?? [], us)));
  };
  const step = (by: 1 | -1): void => {
    const us = by > 0 ? film.next(now()) : film.previous(now());
    if (us !== null) state.setMoment(us);
  };
  const play = player(() => {
    const us = film.next(now());
    if (us !== null) state.setMoment(us);
    return us !== null;
  });
  slider.addEventListener('input', () => state.setMoment(Number(slider.value)));
  slider.addEventListener('keydown', (e) => {
    if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
    e.preventDefault();
    step(e.key === 'ArrowLeft' ? -1 : 1);
  });
  withClients.addEventListener('change', () => {
    when.textContent = '';
    fill();
  });
  state.onChange(fill);
  fill();
  const bar = element(
    'div',
    { class: 'film-bar', role: 'group', 'aria-label': 'Moment' },
    button('◀', 'The change before', () => step(-1)),
    play,
    button('▶', 'The next change', () => step(1)),
    slider,
    when,
  );
  if (clients.length > 0)
    bar.append(element('label', { class: 'outcome' }, withClients, 'clients'));
  const panel = element('section', { class: 'film', 'aria-label': 'Film' });
  panel.append(element('h3', {}, 'State at a moment'), bar, body, things);
  if (film.lateUsMax > 0) {
    const late = `Far from the contradiction a change may be shown up to ${Math.ceil(film.lateUsMax / 1_000)} ms late: there are too many for one page.`;
    panel.append(element('p', { class: 'about' }, late));
  }
  return { panel, step };
}

/** Plays until nothing changes any more, or until it is pressed again. */
function player(forward: () => boolean): HTMLButtonElement {
  let timer = 0;
  const stop = (): void => {
    clearInterval(timer);
    timer = 0;
    control.textContent = 'Play';
  };
  const control = button('Play', 'Play, change by change', () => {
    if (timer !== 0) return stop();
    control.textContent = 'Stop';
    timer = window.setInterval(() => {
      if (!forward()) stop();
    }, playMs);
  });
  return control;
}

type Then = ReadonlyMap<string, readonly FieldThen[]>;

/** A column each, with a row for each field; many of them a row each. */
function tableOf(names: readonly string[], all: Then, us: number): HTMLElement {
  const fields = [...new Set(names.flatMap((n) => (all.get(n) ?? []).map((f) => f.field)))];
  const isWide = names.length <= columnsMax;
  const [rows, columns] = isWide ? [fields, names] : [names, fields];
  const cell = (row: string, column: string): HTMLElement => {
    const [name, field] = isWide ? [column, row] : [row, column];
    const then = all.get(name)?.find((f) => f.field === field);
    if (then === undefined) return element('td');
    const isNew = then.sinceUs === us;
    return element(
      'td',
      { title: `since ${clock(then.sinceUs)}`, ...(isNew && { class: 'new' }) },
      then.value,
    );
  };
  const head = element(
    'tr',
    {},
    element('td'),
    ...columns.map((c) => element('th', { scope: 'col' }, c)),
  );
  const body = rows.map((row) =>
    element('tr', {}, element('th', { scope: 'row' }, row), ...columns.map((c) => cell(row, c))),
  );
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...body));
}

function thingOf(name: string, fields: readonly FieldThen[], us: number): HTMLElement[] {
  return fields.map((f) => {
    const text = `${name} ${f.field} ${f.value}, since ${clock(f.sinceUs)}`;
    return element('li', f.sinceUs === us ? { class: 'new' } : {}, text);
  });
}
