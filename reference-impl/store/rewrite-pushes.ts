/** A store that works as it should and tells its watchers something else: pushes change on their way. */
import type { Component } from '../../harness/core/host.ts';
import { sending } from '../wrapped.ts';
import type { WatchEvent } from './answered.ts';
import type { StoreEvents, ToStore } from './protocol.ts';

type Change = (m: StoreEvents) => readonly StoreEvents[];

/** `inner`, with what `change` makes of each `events` message sent in its place. */
export function toldOtherwise(inner: Component, change: Change): Component {
  return sending(inner, (fx, to, m, lane) => {
    const said = m as StoreEvents | ToStore;
    const instead = said.kind === 'events' ? change(said) : [m];
    for (const one of instead) fx.send(to, one, lane);
  });
}

/** What can be made of a push. */
export const otherwise = { bookmarkFirst, oneByOne, previousOfFirst, silentLater } as const;

/** First how far it has come, then what happened until there. */
function bookmarkFirst(m: StoreEvents): readonly StoreEvents[] {
  return m.events.length === 0 ? [m] : [{ ...m, events: [] }, m];
}

/** Nothing, from its two thousandth revision on. */
function silentLater(m: StoreEvents): readonly StoreEvents[] {
  return m.revision > 2_000 ? [] : [m];
}

/** One event a message, whatever else its revision changed; none claims more than was told. */
function oneByOne(m: StoreEvents): readonly StoreEvents[] {
  const { events } = m;
  let { after } = m;
  return events.length < 2
    ? [m]
    : events.map((e, i): StoreEvents => {
        const next = events[i + 1];
        const revision = next === undefined ? m.revision : next.revision - 1;
        const part = { ...m, after, revision, events: [e] };
        after = revision;
        return part;
      });
}

/** As if the first event of a key were all that the message tells of it. */
function previousOfFirst(m: StoreEvents): readonly StoreEvents[] {
  const first = new Map<string, WatchEvent & { readonly scope: 'kv' }>();
  const events = m.events.map((e) => {
    if (e.scope !== 'kv') return e;
    const before = first.get(e.key);
    if (before === undefined) first.set(e.key, e);
    return before === undefined ? e : { ...e, previous: before.previous ?? null };
  });
  return [{ ...m, events }];
}
