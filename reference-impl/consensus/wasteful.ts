/** Leaders that lose nothing and forget nothing, and send too much: mutants of cost. */
import type { Component } from '../../harness/core/host.ts';
import { sending } from '../wrapped.ts';
import type { SendInstead } from '../wrapped.ts';
import type { Append, Entry, RaftMessage } from './messages.ts';

/** Each message with entries, and each heartbeat, goes out twice. */
export function appendingTwice(inner: Component): Component {
  return sending(inner, (fx, to, m, lane) => {
    fx.send(to, m, lane);
    if ((m as RaftMessage).kind === 'append') fx.send(to, m, lane);
  });
}

/** Each heartbeat carries the last entries again: a leader that does not note what was answered. */
export function repeatingEntries(inner: Component, entriesMax: number): Component {
  /** By follower: the last entries that it was sent, without a gap. */
  const lately = new Map<number, Append>();
  const send: SendInstead = (fx, to, m, lane) => {
    const said = m as RaftMessage;
    if (said.kind !== 'append') return fx.send(to, m, lane);
    const before = lately.get(to);
    const isNext =
      before?.term === said.term && before.prevIndex + before.entries.length === said.prevIndex;
    const all = isNext
      ? last([...before.entries, ...said.entries], before, said, entriesMax)
      : said;
    lately.set(to, all);
    fx.send(to, said.entries.length > 0 ? said : all, lane);
  };
  return sending(inner, send);
}

/** `said`, with the last `max` of `entries`, of which the first follows `before`. */
function last(
  entries: readonly Entry[],
  { prevIndex, prevTerm }: Append,
  said: Append,
  max: number,
): Append {
  const over = Math.max(0, entries.length - max);
  if (over === 0) return { ...said, prevIndex, prevTerm, entries };
  const { term } = entries[over - 1] as Entry;
  return { ...said, prevIndex: prevIndex + over, prevTerm: term, entries: entries.slice(over) };
}
