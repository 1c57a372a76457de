/** Zoom, search and filters above a picture. */
import { outcomes } from '../view.ts';
import { button, element } from './dom.ts';
import { clock, zoomed } from './scale.ts';
import type { PictureState } from './state.ts';

const outcomeWords = ['ok', 'failed', 'unknown', 'no answer'];

export interface ToolbarActions {
  readonly toContradiction: () => void;
}

export function toolbar(state: PictureState, actions: ToolbarActions): HTMLElement {
  const zoom = (factor: number): void => {
    const { view } = state;
    state.look(zoomed(view, state.whole, (view.fromUs + view.untilUs) / 2, factor));
  };
  const bar = element(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': 'View' },
    button('−', 'Zoom out', () => zoom(2)),
    button('+', 'Zoom in', () => zoom(0.5)),
    button('All', 'Show the whole run', () => state.look(state.whole)),
  );
  if (state.run.violation !== null) {
    bar.append(button('Contradiction', 'Show the contradiction', actions.toContradiction));
  }
  return element('div', { class: 'controls' }, bar, filters(state));
}

function filters(state: PictureState): HTMLElement {
  const { run, operations } = state;
  const { columns } = operations;
  const textsOf = (column: readonly number[]): string[] =>
    [...new Set(column)].filter((n) => n >= 0).map((n) => columns.texts[n] ?? '');
  const search = element('input', {
    type: 'search',
    class: 'search',
    placeholder: 'Search',
    'aria-label': 'Search operations',
  });
  search.addEventListener('input', () => state.setFilter({ text: search.value }));
  const found = element('output', { class: 'found', 'aria-live': 'polite' });
  const tell = (): void => {
    const all = operations.count.toLocaleString('en-US');
    const shown = operations.shown.toLocaleString('en-US');
    const what = operations.count === 1 ? 'operation' : 'operations';
    found.textContent = shown === all ? `${all} ${what}` : `${shown} of ${all} ${what}`;
  };
  state.onChange(tell);
  tell();
  return element(
    'div',
    { class: 'filters', role: 'group', 'aria-label': 'Filters' },
    search,
    choice('key', textsOf(columns.key), (key) => state.setFilter({ key })),
    choice('client', run.clients, (client) => state.setFilter({ client })),
    choice('answered by', textsOf(columns.node), (node) => state.setFilter({ node })),
    ...outcomeBoxes(state),
    found,
    ...messageControls(state),
  );
}

/** Messages are drawn when somebody asks for them; of how many there are in view it is told. */
function messageControls(state: PictureState): HTMLElement[] {
  const { messages } = state;
  if (messages === null) return [];
  const box = element('input', { type: 'checkbox' });
  box.addEventListener('change', () => state.setMessages(box.checked));
  const kinds = element(
    'select',
    { 'aria-label': 'Filter: kind of message' },
    element('option', { value: '' }, 'any message'),
    ...messages.kinds.map((k) => element('option', { value: k }, k)),
  );
  kinds.addEventListener('change', () => state.setMessages(true, kinds.value));
  const told = element('output', { class: 'found', 'aria-live': 'polite' });
  const tell = (): void => {
    box.checked = state.isMessaging;
    kinds.hidden = !state.isMessaging;
    told.textContent = state.isMessaging ? messagesText(state) : '';
    kinds.value = messages.kind;
  };
  state.onChange(tell);
  tell();
  return [element('label', { class: 'outcome' }, box, 'messages'), kinds, told];
}

function messagesText({ messages, view }: PictureState): string {
  if (messages === null) return '';
  const { all, lost, drawn } = messages.in(view);
  const count = `${all.toLocaleString('en-US')} messages in view, ${lost.toLocaleString('en-US')} lost`;
  const since =
    messages.view.fromUs > view.fromUs
      ? `; those sent before ${clock(messages.view.fromUs)} are not kept`
      : '';
  const few =
    drawn.length < all ? '; of so many only lost ones are drawn, zoom in or choose a kind' : '';
  return `${count}${few}${since}`;
}

/** Which outcomes the run has, each to be hidden. They are the legend as well. */
function outcomeBoxes(state: PictureState): HTMLElement[] {
  const present = new Set(state.operations.columns.outcome);
  return outcomes.flatMap((name, i) => {
    if (!present.has(i)) return [];
    const box = element('input', { type: 'checkbox', checked: true });
    box.addEventListener('change', () => {
      const wanted = new Set(state.filter.outcomes);
      if (box.checked) wanted.add(i);
      else wanted.delete(i);
      state.setFilter({ outcomes: wanted });
    });
    const sample = element('span', { class: `sample ${name}`, 'aria-hidden': 'true' });
    return [element('label', { class: 'outcome' }, box, sample, outcomeWords[i] as string)];
  });
}

/** Nothing to choose from a single one. */
function choice(
  name: string,
  values: readonly string[],
  f: (value: string) => void,
): HTMLElement | string {
  const known = values.filter((v) => v !== '').sort(byNumber);
  if (known.length < 2) return '';
  const select = element(
    'select',
    { 'aria-label': `Filter: ${name}` },
    element('option', { value: '' }, `any ${name === 'answered by' ? 'answerer' : name}`),
    ...known.slice(0, optionsMax).map((v) => element('option', { value: v }, v)),
  );
  select.addEventListener('change', () => f(select.value));
  return select;
}

/** A longer list is no help; search finds the rest. */
const optionsMax = 500;

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
