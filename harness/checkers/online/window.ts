/**
 * What a stretch of operations on one cell may have made of it: all values that it can end with. Each is
 * tried by the complete algorithms of a whole history, with a read of that value behind it.
 */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import { caseOf } from '../decide.ts';
import { type CellModel, illegal } from '../model.ts';
import type { LostOps } from './lost.ts';
import type { Op } from '../operations.ts';
import { stepOnce } from '../replay.ts';
import { Search } from '../search/search.ts';

/** What is known of a cell between two events. */
export interface Start {
  /** What it holds; `anything` when nothing is known. */
  readonly value: Json | typeof anything;
  /** Operations that have not returned, and have taken effect already. */
  readonly gone: ReadonlySet<Op>;
}

export const anything = Symbol('anything');

/** Operations up to a moment. */
export interface Stretch {
  /** Those that returned. */
  readonly inside: readonly Op[];
  /** Under way at its end, and known to happen: each took effect before it, or after it. */
  readonly border: readonly Op[];
  /** Under way, with no answer yet: each may have taken effect or not. */
  readonly open: readonly Op[];
  /** Nobody knows, and nobody will. */
  readonly lost: LostOps;
  /** Its last position. */
  readonly end: number;
}

export interface Ends {
  /** Empty: no order explains the stretch. */
  readonly starts: readonly Start[];
  /** There were too many: what the cell holds, and what of its border has taken effect, is not known. */
  readonly isLost: boolean;
}

/** Configurations that one search may look at. */
const stepsMax = 100_000;
/** Of what may have happened, as many are tried together at most. */
const openTogetherMax = 3;
/** More ends than that are not told apart any more. */
const startsMax = 64;

export class Windows {
  private readonly search = new Search(32 * 1024 * 1024);
  private readonly model: CellModel;
  /** Searches that were given up. */
  undecided = 0;

  constructor(model: CellModel) {
    this.model = model;
  }

  /** Is there an order from one of the `starts` on? What is open may have happened or not. */
  isPossible(starts: readonly Start[], stretch: Stretch): boolean {
    const surely = [...stretch.inside, ...stretch.border];
    const useful = this.useful(stretch, surely);
    return starts.some((start) => {
      const own = [...surely, ...useful].filter((op) => !start.gone.has(op));
      return this.expanded(start, [...surely, ...useful]).some((initial) => {
        return this.isLegal(inOrder(own), { ...this.model, initial });
      });
    });
  }

  /** All that can be behind the stretch. */
  ends(starts: readonly Start[], stretch: Stretch): Ends {
    const found = new Map<string, Start>();
    const add = (start: Start): void => {
      const gone = [...start.gone].map((op) => op.id).sort((a, b) => a - b);
      const value = start.value === anything ? '?' : canonical(start.value);
      found.set(`${value} ${gone.join()}`, start);
    };
    const quick = this.oneByOne(starts, stretch);
    if (quick !== null) return { starts: quick, isLost: false };
    const surely = [...stretch.inside, ...stretch.border];
    const all = [...surely, ...this.useful(stretch, surely)];
    for (const start of starts) {
      for (const value of this.expanded(start, all)) {
        for (const end of this.endsFrom(start, value, stretch)) add(end);
      }
    }
    return { starts: [...found.values()], isLost: found.size > startsMax };
  }

  /** Most stretches are a few operations, one after another; null: it takes more. */
  private oneByOne(
    starts: readonly Start[],
    { inside, border, open, lost }: Stretch,
  ): Start[] | null {
    const [start, ...others] = starts;
    if (start === undefined || others.length + border.length + open.length > 0) return null;
    if (inside.some((op) => lost.size > 0 && this.needs(op) !== undefined)) return null;
    if (start.value === anything || start.gone.size > 0) return null;
    if (inside.some((op, i) => i > 0 && op.call < (inside[i - 1] as Op).ret)) return null;
    let value: unknown = start.value;
    for (const op of inside) {
      value = stepOnce(this.model, value, op);
      if (value === illegal) return [];
    }
    return [{ value: value as Json, gone: start.gone }];
  }

  private endsFrom(start: Start, value: Json, stretch: Stretch): Start[] {
    const { inside, border, end } = stretch;
    const left = (ops: readonly Op[]): Op[] => ops.filter((op) => !start.gone.has(op));
    const isInside = new Set(inside);
    const still = [...start.gone].filter((op) => !isInside.has(op));
    const ends: Start[] = [];
    for (const done of subsets(left(border), border.length)) {
      // Done by the end of the stretch, though it returned later.
      const surely = [...left(inside), ...done.map((op) => ({ ...op, ret: end }))];
      const useful = left(this.useful(stretch, surely));
      for (const last of this.lastValues(value, surely, useful)) {
        for (const used of this.smallestUses(useful, surely, value, last, end)) {
          const gone = new Set([...still, ...done, ...used]);
          const isUnknown = start.value === anything && last === fresh;
          ends.push({ value: isUnknown ? anything : last, gone });
        }
      }
    }
    return ends;
  }

  /** The least of what may have happened that makes an order possible; empty: there is none. */
  private smallestUses(
    useful: readonly Op[],
    surely: readonly Op[],
    initial: Json,
    last: Json,
    end: number,
  ): Op[][] {
    const uses: Op[][] = [];
    for (const used of subsets(useful, openTogetherMax)) {
      // Whoever can do with less has more left.
      if (uses.some((less) => less.every((op) => used.includes(op)))) continue;
      if (this.endsWith(last, [...surely, ...used], initial, end)) uses.push(used);
    }
    if (uses.length > 0 || useful.length <= openTogetherMax) return uses;
    if (!this.endsWith(last, [...surely, ...useful], initial, end)) return [];
    this.undecided += 1;
    return [[]];
  }

  private endsWith(last: Json, ops: readonly Op[], initial: Json, end: number): boolean {
    const look: Op = {
      id: -1,
      process: -1,
      f: 'read',
      key: '',
      input: null,
      output: last,
      call: end + 1,
      ret: end + 2,
      callUs: -1,
      retUs: -1,
    };
    const model: CellModel = {
      ...this.model,
      initial,
      effect: (op) => (op === look ? { needs: last } : this.model.effect(op)),
    };
    return this.isLegal([...inOrder(ops), look], model);
  }

  private isLegal(ops: readonly Op[], model: CellModel): boolean {
    const decision = caseOf(ops, model)(this.search, stepsMax);
    if (decision.kind === 'illegal') return false;
    if (decision.kind !== 'legal') this.undecided += 1;
    return true;
  }

  /** Of a cell of which nothing is known: each value that is asked for, and one that nobody asks for. */
  private expanded(start: Start, ops: readonly Op[]): Json[] {
    if (start.value !== anything) return [start.value];
    const values = new Map<string, Json>();
    for (const op of ops) {
      const needs = this.needs(op);
      if (needs !== undefined) values.set(canonical(needs), needs);
    }
    return [...values.values(), fresh];
  }

  private needs(op: Op): Json | undefined {
    return this.model.effect(op).needs;
  }

  /**
   * What it can hold in the end: what it held, or what was set and not surely set again. What may have
   * happened and nobody saw is left for later.
   */
  private lastValues(value: Json, surely: readonly Op[], useful: readonly Op[]): Json[] {
    const setters = surely.filter((op) => this.model.effect(op).sets !== undefined);
    const latest = setters.reduce((call, op) => Math.max(call, op.call), -1);
    const last = [...setters.filter((op) => op.ret >= latest), ...useful];
    const values = last.map((op) => this.model.effect(op).sets);
    if (setters.length === 0) values.push(value);
    const distinct = new Map(values.map((v) => [canonical(v ?? null), v ?? null]));
    return [...distinct.values()];
  }

  /** What may have happened counts only where somebody needs what it set. */
  useful({ open, lost, end }: Stretch, surely: readonly Op[]): Op[] {
    if (open.length + lost.size === 0) return [];
    const needed = surely.map((op) => this.needs(op));
    const wanted = new Set(needed.flatMap((v) => (v === undefined ? [] : [canonical(v)])));
    const found = new Set<Op>();
    // Values that are added while it runs are looked at as well.
    for (const value of wanted) {
      const setters = open.filter((op) => {
        const { sets } = this.model.effect(op);
        return sets !== undefined && canonical(sets) === value;
      });
      for (const op of [...setters, ...lost.of(value)]) {
        if (op.call > end) continue;
        found.add(op);
        const { needs } = this.model.effect(op);
        if (needs !== undefined) wanted.add(canonical(needs));
      }
    }
    return [...found];
  }
}

/** No value of anybody's. */
const fresh = '\u0000something else';

/** Those that have not completed are open, wherever they stood. */
function inOrder(ops: readonly Op[]): Op[] {
  return [...ops].sort((a, b) => a.call - b.call);
}

/** Smaller ones first, of at most so many. */
function subsets(ops: readonly Op[], sizeMax: number): Op[][] {
  let all: Op[][] = [[]];
  for (const op of ops) {
    all = [...all, ...all.filter((s) => s.length < sizeMax).map((s) => [...s, op])];
  }
  return all.sort((a, b) => a.length - b.length);
}
