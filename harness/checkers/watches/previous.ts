/**
 * Does an event tell rightly what its key held before, and whether it is a creation?
 *
 * Known changes of the key contradict at once what skips over them. That nothing lies between two of
 * them is known only where some watch claims to have been told of every revision in between: then
 * either that watch left something out, or the event is wrong.
 */
import { firstWhere } from '../bisect.ts';
import type { WatchedChange } from '../../core/watch.ts';
import { canonical } from '../canonical.ts';
import { faultOf } from './fault.ts';
import type { Guarantee, WatchFault } from './fault.ts';
import type { Known, Told } from './known.ts';
import { Ranges } from './ranges.ts';
import type { Change, Watch } from './watch.ts';
import { nameChange, nameSource, nameWatch } from './words.ts';

/** Judges events once everything is known that ever will be. */
export class Before {
  private readonly known: Known;
  private readonly histories = new Map<string, readonly Told[]>();
  /** By key, and shared by keys that the same prefixes match. */
  private readonly complete = new Map<string, Ranges>();
  private readonly shared = new Map<string, Ranges>();

  constructor(known: Known) {
    this.known = known;
  }

  /** Every contradiction of what event `e` of `w` says of before. */
  *faults(w: Watch, e: WatchedChange): Generator<WatchFault> {
    const last = this.lastBefore(e);
    if (e.previous !== undefined && e.previous !== null) {
      const wrong = this.wrongPrevious(e, e.previous, last);
      if (wrong !== null) yield fault('previous', w, e, wrong, last);
    } else if (e.previous === null && this.wasThere(e, last)) {
      yield fault('previous', w, e, 'nothing was there before', last);
    }
    if (e.isCreate === undefined || e.value === null) return;
    const wasThere = e.previous === undefined ? null : e.previous !== null;
    if (e.isCreate && (wasThere === true || this.wasThere(e, last))) {
      yield fault('create', w, e, 'it is a creation', last);
    }
    if (!e.isCreate && (wasThere === false || this.wasMissing(e, last))) {
      yield fault('create', w, e, 'it is no creation', last);
    }
  }

  /** In words what the event says, if it cannot be so. */
  private wrongPrevious(
    e: WatchedChange,
    previous: NonNullable<WatchedChange['previous']>,
    last: Told | null,
  ): string | null {
    const { revision } = previous;
    const said = `${nameChange({ key: e.key, ...previous })} was there before`;
    if (revision >= e.revision) return said;
    const lastRevision = last === null ? -1 : revisionOf(last);
    if (lastRevision > revision) return said;
    if (lastRevision < revision) return this.completeOf(e.key).has(revision) ? said : null;
    const value = canonical(previous.value);
    return last?.some((c) => canonical(c.value) === value) === true ? null : said;
  }

  /** Did the key surely exist before? */
  private wasThere(e: WatchedChange, last: Told | null): boolean {
    if (last === null || last.some((c) => c.value === null)) return false;
    return this.completeOf(e.key).hasAll(revisionOf(last), e.revision - 1);
  }

  /** Was the key surely not there before? */
  private wasMissing(e: WatchedChange, last: Told | null): boolean {
    if (last?.some((c) => c.value !== null) === true) return false;
    return this.completeOf(e.key).hasAll(last === null ? 0 : revisionOf(last), e.revision - 1);
  }

  /** What is known of the key's last change before this one. */
  lastBefore({ key, revision }: WatchedChange): Told | null {
    const history = this.histories.get(key) ?? this.known.history(key);
    this.histories.set(key, history);
    const next = firstWhere(history.length, (i) => revisionOf(history[i] as Told) >= revision);
    return history[next - 1] ?? null;
  }

  /** The revisions of which some watch was told everything that concerns `key`. */
  completeOf(key: string): Ranges {
    const own = this.complete.get(key);
    if (own !== undefined) return own;
    const views = this.known.viewsOf(key);
    const name = JSON.stringify(views.map((v) => v.prefix));
    const ranges = this.shared.get(name) ?? new Ranges();
    if (!this.shared.has(name)) for (const v of views) ranges.addAll(v.told);
    this.shared.set(name, ranges);
    this.complete.set(key, ranges);
    return ranges;
  }
}

function revisionOf(told: Told): number {
  return (told[0] as Change).revision;
}

function fault(
  guarantee: Guarantee,
  w: Watch,
  e: WatchedChange,
  said: string,
  last: Told | null,
): WatchFault {
  const event = `${nameWatch(w)} was told of ${nameChange(e)}, and that ${said}.`;
  const before = last?.[0];
  const known =
    before === undefined
      ? `Nobody was told of an earlier change of ${e.key}.`
      : `The last change of ${e.key} before that: ${nameSource(before)}.`;
  return faultOf(guarantee, [event, known], before === undefined ? [w.op] : [w.op, before.op]);
}
