/** The page: which part is shown, which picture is drawn, what buttons do. */
import type { RunView } from '../view.ts';
import { button } from './dom.ts';
import { hashOf, placeOf } from './fragment.ts';
import type { Place } from './fragment.ts';
import { Picture } from './picture.ts';

declare global {
  interface Window {
    /** By id of a run; for tests, which measure them. */
    pictures: Map<string, Picture>;
  }
}

const pictures = new Map<string, Picture>();
window.pictures = pictures;
const parts = [...document.querySelectorAll<HTMLElement>('main > section')];

function dataOf(id: string): RunView | null {
  const text = document.getElementById(`data-${id}`)?.textContent ?? null;
  return text === null ? null : (JSON.parse(text) as RunView);
}

/** Pictures are made when they are first seen: a page may hold many. */
function draw(part: HTMLElement): void {
  for (const host of part.querySelectorAll<HTMLElement>('.picture')) {
    const id = host.dataset['run'] ?? '';
    if (pictures.has(id)) continue;
    const run = dataOf(id);
    if (run === null) continue;
    const isSecond = host.dataset['beside'] !== undefined;
    const onSelect = (event: string | null): void =>
      isSecond ? picture.show(event) : go({ run: id, event });
    const picture: Picture = new Picture(host, run, { isSecond, onSelect });
    pictures.set(id, picture);
    if (isSecond) follow(picture, part.dataset['first'] ?? '', run);
    else part.dataset['first'] = id;
  }
}

/** Beside another run the same time is shown, and where the two part is marked in both. */
function follow(second: Picture, of: string, run: RunView): void {
  const first = pictures.get(of);
  const nearest = first?.state.run.violation?.fewer?.nearest;
  if (first === undefined || nearest?.run !== run.id) return;
  if (nearest.differs !== null) {
    const mark = { atUs: nearest.differs.atUs, text: 'they part' };
    first.state.marks.push(mark);
    second.state.marks.push(mark);
  }
  second.state.look(first.state.view);
  let isJoining = false;
  const join = (from: Picture, to: Picture): void => {
    from.state.onChange(() => {
      const { fromUs, untilUs } = from.state.view;
      if (isJoining || (to.state.view.fromUs === fromUs && to.state.view.untilUs === untilUs))
        return;
      isJoining = true;
      to.state.look(from.state.view);
      isJoining = false;
    });
  };
  join(first, second);
  join(second, first);
}

function usual(): Place {
  const suite = document.getElementById('suite');
  const [only] = parts.filter((p) => p.classList.contains('run'));
  const isOne = parts.filter((p) => p.classList.contains('run')).length === 1;
  if (suite !== null && !isOne) return { run: null, event: null };
  return { run: only?.id.replace(/^run-/, '') ?? null, event: null };
}

function show(): void {
  const asked = placeOf(location.hash);
  if (asked === null && location.hash !== '' && document.querySelector('.shown') !== null) return;
  const place = asked ?? usual();
  const id = place.run === null ? 'suite' : `run-${place.run}`;
  const part = document.getElementById(id) ?? parts[0];
  if (part === undefined) return;
  const isOther = !part.classList.contains('shown');
  for (const p of parts) p.classList.toggle('shown', p === part);
  for (const link of document.querySelectorAll('nav.sections a')) {
    const isHere = link.getAttribute('href') === hashOf({ run: place.run, event: null });
    if (isHere) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  draw(part);
  if (isOther && place.event === null) scrollTo(0, 0);
  const picture = place.run === null ? undefined : pictures.get(place.run);
  picture?.show(place.event);
}

/** Selecting is no step back and forth: it replaces the address. */
function go(place: Place): void {
  history.replaceState(null, '', hashOf(place));
  show();
}

function listen(): void {
  addEventListener('hashchange', show);
  document.addEventListener('click', (e) => {
    const target = e.target instanceof Element ? e.target : null;
    const ops = target?.closest<HTMLElement>('[data-ops]');
    const part = target?.closest<HTMLElement>('section.run');
    if (ops !== null && ops !== undefined && part !== null && part !== undefined) {
      focusOn(part, (ops.dataset['ops'] ?? '').split(' ').map(Number));
    }
    const copy = target?.closest('.copy');
    if (copy instanceof HTMLElement) void copied(copy);
  });
}

/** Shows the operations of a fact, and selects the first. */
function focusOn(part: HTMLElement, ops: readonly number[]): void {
  const id = part.id.replace(/^run-/, '');
  const picture = pictures.get(id);
  if (picture === undefined) return;
  const { violation } = picture.state.run;
  picture.state.lookAt([...(violation?.ops ?? []), ...ops]);
  picture.state.setFocus(ops);
  const [first] = ops;
  if (first !== undefined) go({ run: id, event: `op${first}` });
  part.querySelector('.picture')?.scrollIntoView({ block: 'nearest' });
}

async function copied(control: HTMLElement): Promise<void> {
  const text = control.parentElement?.querySelector('code')?.textContent ?? '';
  try {
    await navigator.clipboard.writeText(text);
    control.textContent = 'Copied';
  } catch {
    // A page of a file may not write there: then it is selected, to be copied by hand.
    const code = control.parentElement?.querySelector('code');
    if (code !== null && code !== undefined) getSelection()?.selectAllChildren(code);
    control.textContent = 'Selected';
  }
  setTimeout(() => (control.textContent = 'Copy'), 1_500);
}

/** As the system has it, until somebody chooses. */
function themeButton(): void {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let isChosen = false;
  const set = (isDark: boolean): void => {
    root.dataset['theme'] = isDark ? 'dark' : 'light';
    document.dispatchEvent(new Event('themechange'));
  };
  dark.addEventListener('change', () => {
    if (!isChosen) set(dark.matches);
  });
  const control = button('◐', 'Light or dark', () => {
    isChosen = true;
    set(root.dataset['theme'] !== 'dark');
  });
  document.querySelector('.tools')?.append(control);
}

themeButton();
listen();
show();
