/** What is in view as a list of links: the picture for those who do not see it, or who want its words. */
import { element } from './dom.ts';
import { hashOf } from './fragment.ts';
import { clock } from './scale.ts';
import type { EventName, PictureState } from './state.ts';

/** More are counted: a list of a thousand is read by nobody. */
const listedMax = 200;

export interface Listed {
  readonly name: EventName;
  readonly atUs: number;
  readonly where: string;
  readonly text: string;
}

/** Of the window, in order of time; operations that are filtered out are not in it. */
export function eventsIn(state: PictureState, max = Infinity): { all: number; first: Listed[] } {
  const { run, operations, view } = state;
  const listed: Listed[] = [];
  run.clients.forEach((where, client) =>
    operations.each(client, view, (at) => {
      if (operations.from(at) < view.fromUs) return;
      const name = `op${operations.columns.id[at]}`;
      listed.push({ name, atUs: operations.from(at), where, text: '' });
    }),
  );
  for (const f of run.faults) {
    if (f.fromUs >= view.fromUs && f.fromUs <= view.untilUs) {
      listed.push({ name: `fault${f.fault}`, atUs: f.fromUs, where: 'fault', text: f.text });
    }
  }
  run.moments.forEach((m, i) => {
    if (m.atUs >= view.fromUs && m.atUs <= view.untilUs) {
      listed.push({ name: `moment${i}`, atUs: m.atUs, where: m.where, text: m.text });
    }
  });
  if (state.isMessaging && state.messages !== null) {
    const { messages } = state;
    for (const i of messages.in(view).drawn) {
      const atUs = messages.view.sentUs[i] as number;
      const [where, text] = [messages.from(i), messages.describe(i)];
      listed.push({ name: `msg${i}`, atUs, where, text });
    }
  }
  listed.sort((a, b) => a.atUs - b.atUs);
  const first = listed.slice(0, max).map((e) => (e.text === '' ? withText(state, e) : e));
  return { all: listed.length, first };
}

function withText({ operations }: PictureState, e: Listed): Listed {
  const at = operations.placeOf(Number(e.name.slice(2)));
  return { ...e, text: `${operations.text('asked', at)} → ${operations.text('ended', at)}` };
}

export function eventList(state: PictureState): HTMLElement {
  const summary = element('summary');
  const body = element('tbody');
  const rest = element('p', { class: 'about' });
  const table = element(
    'table',
    {},
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...['Time', 'Where', 'What'].map((t) => element('th', { scope: 'col' }, t)),
      ),
    ),
    body,
  );
  const box = element('div', {
    class: 'scroll tall',
    tabindex: 0,
    role: 'region',
    'aria-label': 'Events in view',
  });
  box.append(table);
  const list = element('details', { class: 'events' }, summary, box, rest);
  const fill = (): void => {
    const { all, first } = eventsIn(state, list.open ? listedMax : 0);
    summary.textContent = `Events in view (${all.toLocaleString('en-US')})`;
    if (!list.open) return;
    rest.textContent = all > listedMax ? `and ${all - listedMax} more: zoom in, or filter` : '';
    body.replaceChildren(...first.map((e) => rowOf(state, e)));
  };
  let waiting = 0;
  state.onChange(() => {
    clearTimeout(waiting);
    waiting = window.setTimeout(fill, 150);
  });
  list.addEventListener('toggle', fill);
  fill();
  return list;
}

function rowOf({ run, selected }: PictureState, e: Listed): HTMLElement {
  const link = element('a', { href: hashOf({ run: run.id, event: e.name }) }, e.text);
  const isHere = e.name === selected;
  return element(
    'tr',
    isHere ? { class: 'here' } : {},
    element('td', { class: 'time' }, clock(e.atUs, run.isTimed)),
    element('td', {}, e.where),
    element('td', {}, link),
  );
}

/** The selected event in words. */
export function eventText(state: PictureState, name: EventName): string {
  const { run, operations } = state;
  const span = state.windowOf(name);
  if (span === null) return '';
  const times =
    span.untilUs > span.fromUs
      ? `${clock(span.fromUs, run.isTimed)} – ${clock(span.untilUs, run.isTimed)}`
      : clock(span.fromUs, run.isTimed);
  const n = Number(/\d+$/.exec(name)?.[0]);
  if (name.startsWith('op')) {
    const at = operations.placeOf(n);
    const who = run.clients[operations.columns.client[at] as number] ?? '';
    return `${times}  ${who} ${operations.text('asked', at)} → ${operations.text('ended', at)}`;
  }
  if (name.startsWith('moment')) {
    const m = run.moments[n];
    return `${times}  ${m?.where ?? ''} ${m?.text ?? ''}`;
  }
  if (name.startsWith('msg')) return `${times}  ${state.messages?.describe(n) ?? ''}`;
  const fault = run.faults.find((f) => f.fault === n);
  if (fault === undefined) return '';
  const effect =
    fault.effectiveUs === null
      ? 'it met nothing'
      : `it first took effect at ${clock(fault.effectiveUs)}`;
  return `${times}  ${fault.text}; ${effect}`;
}
