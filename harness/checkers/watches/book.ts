/**
 * Watches and acknowledged changes, entered as they become known, in any order; each entry costs what
 * it brings, amortised.
 *
 * What is known to have happened comes from whoever was told of it: a change that was acknowledged, an
 * event that any watch brought. So a watch that left something out is found as soon as a second client
 * knows better. A change that is news to the book was told by no watch entered before: those that
 * claim its revision have left it out, and nobody has to be asked twice.
 */
import type { WatchedChange } from '../../core/watch.ts';
import { aloneChecks } from './alone.ts';
import { faultOf } from './fault.ts';
import type { Guarantee, WatchFault } from './fault.ts';
import { Known, type View } from './known.ts';
import { logOf } from './log.ts';
import { Before } from './previous.ts';
import type { StoreLog } from './replay/log.ts';
import { Sayings } from './sayings.ts';
import type { Change, Watch } from './watch.ts';
import { nameChange, nameSource, nameWatch } from './words.ts';

export class WatchBook {
  /** The first fault of each guarantee, in the order in which they were found. */
  readonly faults = new Map<Guarantee, WatchFault>();
  readonly figures = {
    watches: 0,
    resumed: 0,
    /** Of all watches together. */
    events: 0,
    acknowledged: 0,
    /** Pairs of a watch and a change that it had to tell of, and did. */
    compared: 0,
    /** Events whose word on what was before was compared. */
    previous: 0,
  };
  private readonly known = new Known();

  /** How many different changes are known. */
  get changes(): number {
    return this.known.changes;
  }

  /** A client was told that its own change happened. */
  acknowledged(change: Change): void {
    this.figures.acknowledged += 1;
    this.learn(change);
  }

  watched(w: Watch): void {
    this.figures.watches += 1;
    if (w.isResumed) this.figures.resumed += 1;
    for (const check of aloneChecks) this.note(check(w));
    const named = new Set<string>();
    for (const { events } of w.batches) {
      for (const e of events) {
        this.figures.events += 1;
        named.add(`${e.revision} ${e.key}`);
        const { key, value, revision } = e;
        this.learn({ key, value, revision, process: w.process, op: w.op, by: 'watch' });
      }
    }
    this.compare(w, named);
  }

  /**
   * What only the whole can tell. Nothing may be entered afterwards. A log in which all is true that was
   * told; null: there is none.
   */
  finish(): StoreLog | null {
    const before = new Before(this.known);
    for (const [w, e] of this.events()) {
      if (e.previous !== undefined || e.isCreate !== undefined) this.figures.previous += 1;
      for (const fault of before.faults(w, e)) this.note(fault);
    }
    const sayings = new Sayings();
    for (const [w, e] of this.events()) this.note(sayings.add(w, e));
    if (this.faults.size > 0) return null;
    return { kind: 'store-log', log: logOf(this.known, before, sayings) };
  }

  private *events(): Generator<[Watch, WatchedChange]> {
    for (const w of this.known.watches()) {
      for (const { events } of w.batches) for (const e of events) yield [w, e];
    }
  }

  /** Has this watch told of all that was known before it? */
  private compare(w: Watch, named: ReadonlySet<string>): void {
    const view = this.known.view(w.prefix);
    const claimed = claimedBy(w);
    for (const change of view.between(w.after, claimed)) {
      if (named.has(`${change.revision} ${change.key}`)) this.figures.compared += 1;
      else this.missed(w, change);
    }
    view.watches.push(w);
    view.told.add(w.after, claimed);
  }

  private learn(change: Change): void {
    const word = this.known.learn(change);
    if (word === null) return;
    if (word !== 'news') return this.note(disagreement(word, change));
    for (const view of this.known.viewsOf(change.key)) {
      if (view.told.has(change.revision)) this.missedBy(view, change);
    }
  }

  /** Linear, and only when something is wrong. */
  private missedBy(view: View, change: Change): void {
    for (const w of view.watches) {
      if (w.after < change.revision && change.revision <= claimedBy(w)) this.missed(w, change);
    }
  }

  private missed(w: Watch, change: Change): void {
    const isAtBegin = w.isResumed && !hasToldBefore(w, change.revision);
    const guarantee = isAtBegin ? 'resumable' : 'reliable';
    if (this.faults.has(guarantee)) return;
    const began = isAtBegin ? 'resumed and ' : '';
    const range = `after revision ${w.after} up to revision ${claimedBy(w)}`;
    const facts = [
      `${nameSource(change)}.`,
      `${nameWatch(w)} ${began}was told of everything ${range}, and not of ${nameChange(change)}.`,
    ];
    this.note(faultOf(guarantee, facts, [change.op, w.op]));
  }

  private note(fault: WatchFault | null): void {
    if (fault === null || this.faults.has(fault.guarantee)) return;
    this.faults.set(fault.guarantee, fault);
  }
}

/** The highest revision up to which the watch says that it was told everything. */
function claimedBy(w: Watch): number {
  return w.batches.reduce((most, b) => Math.max(most, b.revision), w.after);
}

/** Did the watch tell of anything in its range up to `revision`? */
function hasToldBefore(w: Watch, revision: number): boolean {
  return w.batches.some(({ events }) =>
    events.some((e) => w.after < e.revision && e.revision <= revision),
  );
}

function disagreement(first: Change, second: Change): WatchFault {
  const facts = [`${nameSource(first)}.`, `${nameSource(second)}.`];
  return faultOf('agreed', facts, [first.op, second.op]);
}
