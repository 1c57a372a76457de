/**
 * Combinators from which a person composes a promise of their own in a few lines.
 *
 * Each gives an `Invariant`: judged in one pass over the history, with sentences made from the events
 * that contradict each other. Three-valued as in runtime verification (Bauer, Leucker, Schallhart,
 * "Runtime Verification for LTL and TLTL", 2011, section 3): what the run ended too early to decide is
 * `unknown`, and so is a promise that no event of the run was about. `always`, `never`, `leadsTo` and
 * `until` are violated by a prefix and so are watched online; `eventually` needs the whole run.
 */
import { formatDuration } from '../core/duration.ts';
import type { HistoryEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Invariant, Sometimes } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation, Verdict } from '../core/verdict.ts';
import { sentenceOf } from './patterns.ts';
import type { Pattern } from './patterns.ts';
import { faultSpans, lastHealUs, stalledUs } from './timeline.ts';
import { monitored, type Promised } from './monitored.ts';
import { when } from './describe.ts';

/** Events with the same key belong together (a node, a term, a key); null: the event is not meant. */
type Key = string | number | null;
type KeyOf<E extends HistoryEvent> = (e: E) => Key;
/** A pattern where nothing needs to be known of the event's type. */
type When = (e: HistoryEvent) => boolean;

/** A bound in µs; policy times, which are shorter outside simulation, are computed from the program. */
type Bound = number | ((program: Program) => number);

/**
 * Every event of `of` satisfies `holds`, which is also given the one before it of the same `per`
 * (null for the first): so that something never goes back is one line.
 */
export function always<E extends HistoryEvent>(
  promised: Promised,
  p: {
    readonly of: Pattern<E>;
    readonly per?: KeyOf<E>;
    readonly holds: (e: E, before: E | null) => boolean;
  },
): Invariant {
  return monitored(promised, (program) => {
    const last = new Map<Key, E>();
    let seen = 0;
    return {
      event(e) {
        if (!p.of(e)) return null;
        const key = p.per === undefined ? '' : p.per(e);
        if (key === null) return null;
        const before = last.get(key) ?? null;
        last.set(key, e);
        seen += 1;
        if (p.holds(e, before)) return null;
        return explain(program, before === null ? [e] : [before, e]);
      },
      end: () => (seen === 0 ? undecided('no event of the run was about it') : `${seen} events`),
    };
  });
}

/** No event matches `bad`. Holds in a run without such events, whatever else happened in it. */
export function never(promised: Promised, bad: When): Invariant {
  return monitored(promised, (program) => {
    let seen = 0;
    return {
      event(e) {
        seen += 1;
        return bad(e) ? explain(program, [e]) : null;
      },
      end: () => (seen === 0 ? undecided('nothing happened in the run') : `none of ${seen} events`),
    };
  });
}

/**
 * Each `from` is followed by a `to` of the same `per` within the bound; one `to` answers all before
 * it. All time that drivers lost so far (stalls) is added to the bound.
 */
export function leadsTo<A extends HistoryEvent, B extends HistoryEvent>(
  promised: Promised,
  p: {
    readonly from: Pattern<A>;
    readonly to: Pattern<B>;
    readonly withinUs: Bound;
    readonly per?: KeyOf<A | B>;
  },
): Invariant {
  return monitored(promised, (program) => {
    const withinUs = boundOf(p.withinUs, program);
    /** The oldest open one of each key, oldest first: no other can be overdue before it. */
    const open = new Map<Key, { readonly e: HistoryEvent; readonly dueUs: number }>();
    let stallUs = 0;
    let answered = 0;
    const overdue = (nowUs: number): Explanation | null => {
      for (const { e, dueUs } of open.values()) {
        if (nowUs <= dueUs + stallUs) return null;
        const atUs = dueUs + stallUs;
        const late = `What must follow within ${formatDuration(withinUs)} had not followed ${when(atUs)}.`;
        return { ...explain(program, [e]), atUs, sentences: [sentenceOf(program, e), late] };
      }
      return null;
    };
    const keyOf = (e: A | B): Key => (p.per === undefined ? '' : p.per(e));
    return {
      event(e) {
        if (e.type === 'stall') stallUs += e.lateUs;
        const late = overdue(e.timeUs);
        if (late !== null) return late;
        if (p.to(e) && open.delete(keyOf(e))) answered += 1;
        if (!p.from(e)) return null;
        const key = keyOf(e);
        if (key !== null && !open.has(key)) open.set(key, { e, dueUs: e.timeUs + withinUs });
        return null;
      },
      end(history) {
        const late = overdue(history.endUs);
        if (late !== null) return late;
        if (open.size > 0) return undecided(`${open.size} were still open when the run ended`);
        return answered === 0 ? undecided('it was never called for') : `${answered} answered`;
      },
    };
  });
}

/**
 * After each `from`, events of the same `per` that match `of` satisfy `holds` until an `until` comes.
 * One that is still waited for when the run ends leaves the promise unknown.
 */
export function until<E extends HistoryEvent>(
  promised: Promised,
  p: {
    readonly from: When;
    readonly of: Pattern<E>;
    readonly holds: (e: E, from: HistoryEvent) => boolean;
    readonly until: When;
    readonly per?: KeyOf<HistoryEvent>;
  },
): Invariant {
  return monitored(promised, (program) => {
    const open = new Map<Key, HistoryEvent>();
    let ended = 0;
    return {
      event(e) {
        const key = p.per === undefined ? '' : p.per(e);
        if (key === null) return null;
        const from = open.get(key);
        if (from === undefined) {
          if (p.from(e)) open.set(key, e);
          return null;
        }
        if (p.until(e)) {
          open.delete(key);
          ended += 1;
          return null;
        }
        return p.of(e) && !p.holds(e, from) ? explain(program, [from, e]) : null;
      },
      end() {
        if (open.size > 0) return undecided(`${open.size} had not ended when the run did`);
        return ended === 0 ? undecided('it was never called for') : `${ended} spans`;
      },
    };
  });
}

/**
 * After the last fault was healed, a `that` comes within the bound: one, or one for each of `each`.
 * Faults that last to the program's end count as never healed and are not waited for.
 */
export function eventually<E extends HistoryEvent>(
  promised: Promised,
  p: {
    readonly that: Pattern<E>;
    readonly afterHealWithinUs: Bound;
    readonly each?: { of(program: Program): readonly Key[]; per: KeyOf<E> };
  },
): Invariant {
  return {
    ...promised,
    judge(history, program) {
      const healedUs = lastHealUs(history, faultSpans(history, program));
      const dueUs = healedUs + boundOf(p.afterHealWithinUs, program) + stalledUs(history);
      const all = p.each === undefined ? [''] : p.each.of(program);
      const missing = new Set<Key>(all);
      for (const e of history.events) {
        if (e.timeUs < healedUs || e.timeUs > dueUs || !p.that(e)) continue;
        missing.delete(p.each === undefined ? '' : p.each.per(e));
      }
      const after = `${formatDuration(dueUs - healedUs)} after the last heal`;
      if (missing.size === 0) return holds(promised, `${all.length} seen ${after}`);
      if (history.endUs < dueUs) {
        return unknown(promised, `the run ended ${when(history.endUs)}, before ${after}`);
      }
      const who = p.each === undefined ? '' : ` for ${[...missing].join(', ')}`;
      const sentences = [
        `All that is healed was healed ${when(healedUs)}.`,
        `What must come had not come${who} ${when(dueUs)}, ${after}.`,
      ];
      return violated(promised, { atUs: dueUs, sentences, ops: [] });
    },
  };
}

/** Some run of the suite has an event that matches. One run without it proves nothing. */
export function sometimes(
  named: Pick<Sometimes, 'id' | 'claim'> & Partial<Pick<Sometimes, 'applies'>>,
  that: When,
): Sometimes {
  return {
    applies: () => true,
    ...named,
    reached: (history) => history.events.some(that),
  };
}

function boundOf(bound: Bound, program: Program): number {
  return typeof bound === 'number' ? bound : bound(program);
}

/** The events in the order in which they happened, a sentence each. */
function explain(program: Program, events: readonly HistoryEvent[]): Explanation {
  return {
    atUs: events.at(-1)?.timeUs ?? 0,
    sentences: events.map((e) => sentenceOf(program, e)),
    ops: events.flatMap((e) => (isOperation(e) ? [e.op] : [])),
  };
}

function undecided(why: string): { readonly undecided: string } {
  return { undecided: why };
}

function holds(p: Promised, basis: string): Verdict {
  return { kind: 'holds', invariant: p.id, basis };
}

function unknown(p: Promised, reason: string): Verdict {
  return { kind: 'unknown', invariant: p.id, reason };
}

function violated(p: Promised, explanation: Explanation): Verdict {
  return { kind: 'violated', invariant: p.id, claim: p.claim, explanation };
}
