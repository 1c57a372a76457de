/** What everybody was at each moment, from what a recorder saw, or else from what nodes said of themselves. */
import type { History, HistoryEvent } from '../../core/history.ts';
import type { Description } from '../../core/host.ts';
import type { Program, Shape } from '../../core/program.ts';
import type { Facet } from '../../core/system.ts';
import { nodeName } from '../../faults/describe.ts';
import { facetsOf } from '../../runner/node-state.ts';
import type { FilmView, LaneView, TrackView } from '../view.ts';
import { heldKeys, lockLanes } from './locks.ts';
import type { Recorder } from './recorder.ts';
import { Texts } from './texts.ts';

/** Changes in one page; of longer runs those far from the contradiction are thinned out. */
const changesMax = 60_000;
/** So near to the contradiction all are kept, µs. */
const nearUs = 1_000_000;

/** One field: value after value. */
interface Strip {
  readonly of: string;
  readonly field: string;
  readonly atUs: number[];
  readonly values: string[];
}

/** `aroundUs`: the moment that the reader is after. */
export function filmView(
  history: History,
  program: Program,
  facets: readonly Facet[],
  recorder: Recorder | null,
  aroundUs: number,
): FilmView {
  const { shape } = program;
  const own = recorder === null ? said(history, shape, facets) : recorded(recorder, shape);
  const strips = [...processes(history, program), ...own, ...locks(history, shape)];
  const texts = new Texts();
  const { kept, lateUsMax } = thinned(strips, aroundUs, history.endUs);
  const tracks = kept
    .filter((s) => s.values.some((v) => v !== ''))
    .sort((a, b) => rank(a.field) - rank(b.field))
    .map((s) => trackOf(s, texts));
  return { texts: texts.all, tracks, lateUsMax };
}

/** What is looked for first stands first; everything else as it comes. */
function rank(field: string): number {
  const at = ['process', 'role', 'term'].indexOf(field);
  return at < 0 ? 9 : at;
}

function trackOf({ of, field, atUs, values }: Strip, texts: Texts): TrackView {
  return {
    of,
    field,
    atUs: atUs.map((us, i) => us - (atUs[i - 1] ?? 0)),
    value: values.map((v) => texts.of(v)),
  };
}

/** Of too many changes, the last in each of equal spans of time, and all that are near. */
function thinned(
  strips: readonly Strip[],
  aroundUs: number,
  endUs: number,
): { readonly kept: readonly Strip[]; readonly lateUsMax: number } {
  const all = strips.reduce((n, s) => n + s.atUs.length, 0);
  if (all <= changesMax) return { kept: strips, lateUsMax: 0 };
  const spanUs = Math.ceil((endUs * strips.length) / changesMax);
  const kept = strips.map(({ of, field, atUs, values }) => {
    const stays = atUs.map((us, i) => {
      const isNear = us > aroundUs - nearUs && us < aroundUs + nearUs / 10;
      const next = atUs[i + 1];
      return isNear || next === undefined || Math.floor(next / spanUs) > Math.floor(us / spanUs);
    });
    return {
      of,
      field,
      atUs: atUs.filter((_, i) => stays[i]),
      values: values.filter((_, i) => stays[i]),
    };
  });
  return { kept, lateUsMax: spanUs };
}

function recorded({ tracks }: Recorder, shape: Shape): Strip[] {
  const text = (v: Description[string]): string =>
    typeof v === 'object' ? v.map((id) => nodeName(shape, id)).join(', ') : String(v);
  return [...tracks]
    .sort((a, b) => a.node - b.node)
    .map(({ node, field, atUs, values }) => {
      return { of: nodeName(shape, node), field, atUs, values: values.map(text) };
    });
}

/** Is its process up, does it stand still? */
function processes(history: History, { shape, faults }: Program): Strip[] {
  const strips = shape.nodes.map(({ name }) => strip(name, 'process'));
  const [isUp, pauses] = [shape.nodes.map(() => false), shape.nodes.map(() => 0)];
  const turn = (node: number, atUs: number): void => {
    const s = strips[node];
    if (s === undefined) return;
    add(s, atUs, isUp[node] !== true ? 'down' : (pauses[node] ?? 0) > 0 ? 'paused' : 'up');
  };
  for (const e of history.events) {
    if (e.type === 'node') {
      isUp[e.node] = e.change === 'started';
      turn(e.node, e.timeUs);
    } else if (e.type === 'observe' && isUp[e.node] === false) {
      isUp[e.node] = true;
      turn(e.node, e.timeUs);
    } else if (e.type === 'fault' && e.phase !== 'effective') {
      if (faults[e.fault]?.kind !== 'pause') continue;
      for (const node of e.nodes) {
        pauses[node] = (pauses[node] ?? 0) + (e.phase === 'begin' ? 1 : -1);
        turn(node, e.timeUs);
      }
    }
  }
  return strips;
}

/** Role, term and the sides that its system names; a process that starts anew has said nothing. */
function said({ events }: History, shape: Shape, own: readonly Facet[]): Strip[] {
  const facets = facetsOf(own);
  const books = shape.nodes.map(({ name }) => new Map<string, Strip>([['', strip(name, '')]]));
  const set = (node: number, atUs: number, field: string, value: string): void => {
    const book = books[node];
    if (book === undefined) return;
    const s = book.get(field) ?? strip(nodeName(shape, node), field);
    book.set(field, s);
    add(s, atUs, value);
  };
  for (const e of events) {
    if (e.type === 'node') for (const s of books[e.node]?.values() ?? []) add(s, e.timeUs, '');
    if (e.type !== 'observe') continue;
    for (const { name, read } of facets) {
      for (const { subject = '', value } of [read(e.value) ?? []].flat()) {
        set(e.node, e.timeUs, fieldOf(name, subject), value);
      }
    }
    if (e.value.kind === 'role') set(e.node, e.timeUs, 'term', String(e.value.term));
  }
  return books.flatMap((b) => [...b.values()].filter((s) => s.field !== ''));
}

function fieldOf(name: string, subject: string): string {
  return [name === '' ? 'role' : name, subject].filter((part) => part !== '').join(' ');
}

/** Who believed to hold each lock. */
function locks({ events }: History, shape: Shape): Strip[] {
  const names = Array.from({ length: shape.clients }, (_, i) =>
    nodeName(shape, shape.nodes.length + i),
  );
  const endUs = lastUs(events);
  return heldKeys(events).map((key) => holders(key, lockLanes(events, key, names, endUs)));
}

function holders(key: string, lanes: readonly LaneView[]): Strip {
  const s = strip(key, 'is held by');
  const segments = lanes.flatMap((l) =>
    l.segments.map((g) => ({ ...g, who: l.label.slice(key.length + 2) })),
  );
  const moments = segments.flatMap((g) => [g.fromUs, g.untilUs]).sort((a, b) => a - b);
  add(s, 0, 'nobody');
  for (const us of moments) {
    const now = segments.filter((g) => g.fromUs <= us && g.untilUs > us).map((g) => g.who);
    add(s, us, now.length === 0 ? 'nobody' : now.join(' and '));
  }
  return s;
}

function lastUs(events: readonly HistoryEvent[]): number {
  return events.at(-1)?.timeUs ?? 0;
}

function strip(of: string, field: string): Strip {
  return { of, field, atUs: [], values: [] };
}

function add({ atUs, values }: Strip, us: number, value: string): void {
  if (values.at(-1) === value) return;
  if (atUs.at(-1) === us) {
    values[values.length - 1] = value;
    return;
  }
  atUs.push(us);
  values.push(value);
}
