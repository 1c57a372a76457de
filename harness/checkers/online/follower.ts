/**
 * Judges a history as it is told, event by event, for as long as it goes on: each key by itself, in a
 * memory that does not grow with the history.
 */
import type { Json } from '../../core/host.ts';
import { explainIllegal } from '../core.ts';
import type { EventType } from '../formats/pairing.ts';
import type { CellModel } from '../model.ts';
import { never, type Op } from '../operations.ts';
import { Search } from '../search/search.ts';
import { nameOp } from '../words.ts';
import { type Cutting, type KeyFault, KeyJudge, usualCutting } from './key-judge.ts';
import { LostOps } from './lost.ts';
import { anything, Windows } from './window.ts';

export interface FollowedEvent {
  readonly type: EventType;
  readonly process: number;
  readonly f: string;
  readonly key: string;
  readonly value: Json;
  readonly timeUs: number;
}

export interface Found {
  readonly key: string;
  /** The event that shows it, from 1, or the last that was taken. */
  readonly event: number;
  readonly core: readonly Op[];
  readonly sentences: readonly string[];
}

export interface FollowerOptions {
  /** Keys that are remembered; those that rested longest are forgotten first. */
  readonly keysMax?: number;
  /** Operations of one key between two cuts; then those under way are given up. */
  readonly stretchMax?: number;
  /** Operations of unknown fate; past it those of the key that has most of them are forgotten. */
  readonly lostMax?: number;
  readonly cutting?: Cutting;
}

/** Names of forgotten keys are remembered as hashes. */
const forgottenMax = 1_000_000;

export class Follower {
  events = 0;
  operations = 0;
  completed = 0;
  violations = 0;
  /** Operations whose outcome was let pass, and cells that were taken up without knowing what they hold. */
  get leftOut(): number {
    return [...this.keys.values()].reduce((sum, judge) => sum + judge.leftOut, this.leftBehind);
  }

  /** Of keys that were forgotten, or taken up again. */
  private leftBehind = 0;
  private readonly model: CellModel;
  private readonly windows: Windows;
  private readonly search = new Search(64 * 1024 * 1024);
  private readonly keys = new Map<string, KeyJudge>();
  private readonly busy = new Set<string>();
  private readonly called = new Map<number, Op>();
  private readonly forgotten = new Set<number>();
  private readonly keysMax: number;
  private readonly stretchMax: number;
  private readonly lostMax: number;
  /** Operations of unknown fate, at most. */
  private lost = 0;
  private readonly cutting: Cutting;

  constructor(
    model: CellModel,
    {
      keysMax = 20_000,
      stretchMax = 20_000,
      lostMax = 500_000,
      cutting = usualCutting,
    }: FollowerOptions = {},
  ) {
    this.lostMax = lostMax;
    this.cutting = cutting;
    this.model = model;
    this.windows = new Windows(model);
    this.keysMax = keysMax;
    this.stretchMax = stretchMax;
  }

  /** Searches that were given up. */
  get undecided(): number {
    return this.windows.undecided;
  }

  /** Operations under way. */
  get open(): number {
    return this.called.size;
  }

  get keysHeld(): number {
    return this.keys.size;
  }

  /** What it shows at once; null: nothing, or not yet. A process does one thing at a time. */
  take(e: FollowedEvent): Found | null {
    const position = this.events++;
    if (e.type === 'invoke') return this.invoke(e, position);
    const op = this.called.get(e.process);
    if (op === undefined) return null;
    this.called.delete(e.process);
    const judge = this.judgeOf(op.key);
    const fault = this.ended(judge, op, e, position);
    if (judge.isQuiet) this.busy.delete(op.key);
    else this.busy.add(op.key);
    return this.told(op.key, fault) ?? this.bounded(op.key, judge, position);
  }

  /** What can be said by now of all that goes on. */
  look(): Found[] {
    return [...this.busy].flatMap((key) => {
      const judge = this.keys.get(key);
      return this.told(key, judge?.look() ?? null) ?? [];
    });
  }

  private invoke(e: FollowedEvent, call: number): null {
    const { process, f, key, value: input, timeUs: callUs } = e;
    const op: Op = {
      id: this.operations++,
      process,
      f,
      key,
      input,
      output: null,
      call,
      ret: never,
      callUs,
      retUs: Infinity,
    };
    // An operation that the model has not is refused here.
    this.model.effect(op);
    this.called.set(process, op);
    this.busy.add(key);
    this.judgeOf(key).called(op);
    return null;
  }

  private ended(judge: KeyJudge, op: Op, e: FollowedEvent, ret: number): KeyFault | null {
    if (e.type === 'fail') return judge.failed(op, ret);
    if (e.type === 'info') {
      const before = judge.lostSize;
      const fault = judge.vanished(op, ret);
      this.lost += judge.lostSize - before;
      return fault;
    }
    this.completed += 1;
    return judge.returned({ ...op, output: e.value, ret, retUs: e.timeUs });
  }

  private bounded(key: string, judge: KeyJudge, position: number): Found | null {
    if (this.lost > this.lostMax) {
      this.lost = [...this.keys.values()].reduce((sum, j) => sum + j.lostSize, 0);
      if (this.lost > this.lostMax) this.mostLost()?.forgetLost();
    }
    if (judge.size <= this.stretchMax) return null;
    return this.told(key, judge.look() ?? judge.giveUp(position));
  }

  private mostLost(): KeyJudge | null {
    return [...this.keys.values()].reduce<KeyJudge | null>((most, judge) => {
      return most === null || judge.lostSize > most.lostSize ? judge : most;
    }, null);
  }

  private judgeOf(key: string): KeyJudge {
    const known = this.keys.get(key);
    if (known !== undefined) {
      this.keys.delete(key);
      this.keys.set(key, known);
      return known;
    }
    const isNew = !this.forgotten.has(hashOf(key));
    if (!isNew) this.leftBehind += 1;
    const judge = new KeyJudge(this.model, this.windows, isNew, this.cutting);
    this.keys.set(key, judge);
    if (this.keys.size > this.keysMax) this.forget();
    return judge;
  }

  /** The one that rested longest. */
  private forget(): void {
    for (const [key, judge] of this.keys) {
      if (!judge.isQuiet) continue;
      this.leftBehind += judge.leftOut;
      this.keys.delete(key);
      if (this.forgotten.size < forgottenMax) this.forgotten.add(hashOf(key));
      return;
    }
  }

  private told(key: string, fault: KeyFault | null): Found | null {
    if (fault === null) return null;
    this.violations += 1;
    return { key, event: this.events, ...this.explained(fault) };
  }

  /** In words, where the beginning of what is remembered is known. */
  private explained({ ops, starts }: KeyFault): Pick<Found, 'core' | 'sentences'> {
    const [start] = starts;
    const inOrder = [...ops].sort((a, b) => a.call - b.call);
    if (starts.length === 1 && start !== undefined && start.value !== anything) {
      const model = { ...this.model, initial: start.value };
      const own = inOrder.filter((op) => !start.gone.has(op));
      const isPossible = this.windows.isPossible([{ ...start, gone: new Set() }], {
        inside: own.filter((op) => op.ret !== never),
        border: [],
        open: own.filter((op) => op.ret === never),
        lost: new LostOps(this.model),
        end: Infinity,
      });
      if (!isPossible) {
        const { core, sentences } = explainIllegal(own, model, this.search, 10_000);
        return { core, sentences };
      }
    }
    const last = inOrder
      .filter((op) => op.ret !== never)
      .sort((a, b) => a.ret - b.ret)
      .slice(-3);
    const names = last.map((op) => nameOp(op)).join(', ');
    const sentence = `no order of ${inOrder.length} operations explains what they returned; the last of them are ${names}.`;
    return { core: last, sentences: [sentence] };
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
