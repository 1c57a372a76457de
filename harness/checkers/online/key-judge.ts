/**
 * The judge of one cell while its history grows. The past is cut off where that loses nothing:
 *
 * - A *cut* is a moment up to which every operation either returned before it, or was under way and has
 *   returned since. All that the past still means there is what the cell may hold, with which of those under way
 *   have taken effect already, and which of unknown fate (`Start`). What comes later is explained from
 *   one of these or not at all, because an operation takes effect once, between its call and its return.
 * - So judging stretch by stretch from all starts says the same as judging the whole: no start is left
 *   exactly when the whole history is not linearizable (the twin holds it to that).
 * - Between cuts a stretch with what is open may only become less possible: what is violated by now stays so.
 */
import type { CellModel } from '../model.ts';
import type { Op } from '../operations.ts';
import { LostOps } from './lost.ts';
import { anything, type Start, type Windows } from './window.ts';

export interface KeyFault {
  /** From where it is not possible to go on: those of a stretch, and some before. */
  readonly ops: readonly Op[];
  /** Of what was before `ops`. */
  readonly starts: readonly Start[];
}

/** A moment at which few operations were under way. */
interface Moment {
  readonly end: number;
  readonly border: readonly number[];
}

export interface Cutting {
  /** So many operations are worth a cut with some under way. */
  readonly stretchOps: number;
  /** More under way than that are not worth it. */
  readonly borderMax: number;
}

export const usualCutting: Cutting = { stretchOps: 200, borderMax: 4 };

/** Operations before a stretch that are kept to tell why. */
const recentMax = 16;

export class KeyJudge {
  private readonly windows: Windows;
  private starts: readonly Start[];
  /** Those that returned since the last cut. */
  private inside: Op[] = [];
  /** By id, those that were called and have not ended; under way since before the last cut as well. */
  private readonly open = new Map<number, Op>();
  private readonly lost: LostOps;
  private moments: Moment[] = [];
  private recent: { readonly starts: readonly Start[]; readonly ops: readonly Op[] }[] = [];
  private isChecked = true;
  /** Operations of unknown fate were forgotten: what is not possible may be so because of them. */
  private isBlind = false;
  private readonly cutting: Cutting;
  /** What was left out of the judgement, in operations. */
  leftOut = 0;

  constructor(model: CellModel, windows: Windows, isKnown: boolean, cutting = usualCutting) {
    this.windows = windows;
    this.cutting = cutting;
    this.lost = new LostOps(model);
    this.starts = [{ value: isKnown ? model.initial : anything, gone: new Set() }];
  }

  /** Operations that are held. */
  get size(): number {
    return this.inside.length + this.open.size;
  }

  /** Operations of unknown fate that are remembered. */
  get lostSize(): number {
    return this.lost.size;
  }

  /** Is nothing under way, and all judged? */
  get isQuiet(): boolean {
    return this.open.size === 0 && this.inside.length === 0;
  }

  called(op: Op): void {
    this.open.set(op.id, op);
  }

  /** It is known not to have happened. */
  failed(op: Op, position: number): KeyFault | null {
    this.isChecked = false;
    return this.open.delete(op.id) ? this.moment(position) : null;
  }

  /** Nobody will know. */
  vanished(op: Op, position: number): KeyFault | null {
    if (!this.open.delete(op.id)) return null;
    this.lost.add(op);
    return this.moment(position);
  }

  /** Forgets those of unknown fate: what only they could explain is let pass from now on. */
  forgetLost(): void {
    this.lost.clear();
    this.isBlind = true;
    this.leftOut += 1;
    this.forgetAll();
  }

  /** `op` with its answer. */
  returned(op: Op): KeyFault | null {
    // Given up, it was let pass whatever it would say.
    if (!this.open.delete(op.id)) return null;
    this.inside.push(op);
    this.isChecked = false;
    return this.moment(op.ret);
  }

  /** What can be said by now of a stretch that goes on. */
  look(): KeyFault | null {
    if (this.isChecked) return null;
    this.isChecked = true;
    const { inside, lost } = this;
    const stretch = { inside, border: [], open: [...this.open.values()], lost, end: Infinity };
    return this.windows.isPossible(this.starts, stretch) ? null : this.fault(this.inside);
  }

  /** Gives up those under way: what becomes of them is let pass. */
  giveUp(position: number): KeyFault | null {
    for (const op of [...this.open.values()]) {
      this.leftOut += 1;
      const fault = this.vanished(op, position);
      if (fault !== null) return fault;
    }
    return null;
  }

  private moment(end: number): KeyFault | null {
    if (this.open.size === 0) return this.cut({ end, border: [] });
    if (this.open.size <= this.cutting.borderMax)
      this.moments.push({ end, border: [...this.open.keys()] });
    const { stretchOps } = this.cutting;
    if (this.inside.length < stretchOps) return null;
    const best = this.moments
      .filter((m) => m.border.every((id) => !this.open.has(id)) && m.end < end)
      .reduce<Moment | null>((a, b) => {
        return a === null || b.border.length <= a.border.length ? b : a;
      }, null);
    if (best !== null && this.inside.some((op) => op.ret <= best.end)) return this.cut(best);
    if (this.moments.length > 4 * stretchOps) this.moments = this.moments.slice(-stretchOps);
    return null;
  }

  private cut({ end, border }: Moment): KeyFault | null {
    const inside = this.inside.filter((op) => op.ret <= end);
    const across = this.inside.filter((op) => op.ret > end && border.includes(op.id));
    const before = this.starts;
    if (inside.length > 0 || across.length > 0) {
      // One that was under way and vanished since is among the lost.
      const stretch = { inside, border: across, open: [], lost: this.lost, end };
      const { starts, isLost } = this.windows.ends(before, stretch);
      if (starts.length === 0) return this.fault(this.inside);
      if (isLost) {
        this.leftOut += 1;
        this.forgetAll();
        return null;
      }
      this.starts = this.withoutUsed(starts);
    }
    this.remember(before, inside);
    this.inside = this.inside.filter((op) => op.ret > end);
    this.moments = this.moments.filter((m) => m.end > end);
    if (this.inside.length === 0) this.isChecked = true;
    return null;
  }

  /** Of unknown fate no more: in whatever order, it has taken effect. */
  private withoutUsed(starts: readonly Start[]): readonly Start[] {
    const [first] = starts;
    const across = new Set(this.inside);
    const used = [...(first?.gone ?? [])].filter((op) => {
      return !across.has(op) && starts.every(({ gone }) => gone.has(op));
    });
    if (used.length === 0) return starts;
    for (const op of used) this.lost.delete(op);
    return starts.map(({ value, gone }) => ({
      value,
      gone: new Set([...gone].filter((op) => !used.includes(op))),
    }));
  }

  private remember(starts: readonly Start[], ops: readonly Op[]): void {
    this.recent.push({ starts, ops });
    const count = (): number => this.recent.reduce((sum, r) => sum + r.ops.length, 0);
    while (this.recent.length > 1 && count() > recentMax) this.recent.shift();
    if (count() > recentMax) this.recent = [];
  }

  /** After it the cell may hold anything: one fault is told once. */
  private fault(stretch: readonly Op[]): KeyFault | null {
    const first = this.recent[0];
    const before = this.recent.flatMap((r) => r.ops);
    const surely = [...before, ...stretch];
    const open = [...this.open.values()];
    const all = { inside: surely, border: [], open, lost: this.lost, end: Infinity };
    const ops = [...new Set([...surely, ...this.windows.useful(all, surely)])];
    const starts = first?.starts ?? this.starts;
    this.forgetAll();
    if (!this.isBlind) return { ops, starts };
    this.leftOut += 1;
    return null;
  }

  /**
   * The cell may hold anything, whatever was returned by now. What is under way may have taken effect
   * before: it is one of unknown fate from now on.
   */
  private forgetAll(): void {
    for (const op of this.open.values()) this.lost.add(op);
    this.open.clear();
    this.starts = [{ value: anything, gone: new Set() }];
    this.inside = [];
    this.moments = [];
    this.recent = [];
    this.isChecked = true;
  }
}
