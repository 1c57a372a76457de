/** What watches say of before: all who are told of an event are told the same of what its key held. */
import type { WatchedChange } from '../../core/watch.ts';
import { canonical } from '../canonical.ts';
import { faultOf, type WatchFault } from './fault.ts';
import type { Watch } from './watch.ts';
import { nameChange, nameWatch } from './words.ts';

/** Of what an event's key held before it. */
export type Saying =
  | { readonly kind: 'nothing' }
  /** It was there, nobody said as what. */
  | { readonly kind: 'something' }
  | (NonNullable<WatchedChange['previous']> & { readonly kind: 'named' });

export interface Said {
  readonly saying: Saying;
  readonly e: WatchedChange;
  readonly w: Watch;
}

export class Sayings {
  private readonly places = new Map<string, Said[]>();

  /** What contradicts what was said of the same event before. */
  add(w: Watch, e: WatchedChange): WatchFault | null {
    const saying = sayingOf(e);
    if (saying === null) return null;
    const place = `${e.revision} ${e.key}`;
    const all = this.places.get(place) ?? [];
    this.places.set(place, all);
    const text = canonical({ ...saying });
    // Those that agree are two at most, one of which names what the other knows to be there.
    if (all.some((s) => canonical({ ...s.saying }) === text)) return null;
    const said = { saying, e, w };
    const other = all.find((s) => !agree(s.saying, saying));
    all.push(said);
    return other === undefined ? null : disagreement(other, said);
  }

  /** By event, of which something was said. */
  *events(): Generator<readonly Said[]> {
    yield* this.places.values();
  }
}

/** Null: the event says nothing of it. */
function sayingOf({ value, previous, isCreate }: WatchedChange): Saying | null {
  if (previous === null) return { kind: 'nothing' };
  if (previous !== undefined) return { kind: 'named', ...previous };
  if (value === null || isCreate === undefined) return null;
  return { kind: isCreate ? 'nothing' : 'something' };
}

function agree(a: Saying, b: Saying): boolean {
  if (a.kind === b.kind) return a.kind !== 'named';
  return a.kind !== 'nothing' && b.kind !== 'nothing';
}

function disagreement(first: Said, second: Said): WatchFault {
  const facts = [first, second].map(({ saying, e, w }) => {
    return `${nameWatch(w)} was told of ${nameChange(e)}, and that ${inWords(saying, e)} before.`;
  });
  return faultOf('agreed', facts, [first.w.op, second.w.op]);
}

function inWords(saying: Saying, { key }: WatchedChange): string {
  switch (saying.kind) {
    case 'nothing':
      return `${key} was not there`;
    case 'something':
      return `${key} was there`;
    case 'named':
      return `${nameChange({ key, ...saying })} was there`;
  }
}
