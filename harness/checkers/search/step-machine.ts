/** A model of user functions over integers: states and transitions are computed once and remembered. */
import { Interner, numberOf } from '../canonical.ts';
import { illegal, type Model, type StepModel } from '../model.ts';
import { wrongAnswer } from '../operation-error.ts';
import { isCompleted, type Op } from '../operations.ts';

/** States and operations are indices. The search tells which operations it has taken. */
export class StepMachine<S> {
  readonly initial: number;
  /** 1 for operations that change no state in which they are legal. */
  readonly pure: Uint8Array;
  /** Operations of one class are interchangeable; and how many there are of each. */
  readonly classOf: Int32Array;
  readonly sizeOf: Int32Array;
  /** False: `reaches` is always true. */
  readonly canTellReach: boolean;
  private readonly model: StepModel<S>;
  private readonly ops: readonly Op[];
  private readonly states: S[] = [];
  private readonly ids = new Map<string, number>();
  private readonly classes: number;
  /** From state · classes + class to the next state, or -1; and whether the class stays reachable. */
  private readonly transitions = new Map<number, number>();
  private readonly reachable = new Map<number, boolean>();
  /** By class: operations that reset the state to one from which the class can be reached. */
  private readonly rescuers = new Map<number, readonly number[]>();
  private readonly resets: readonly { readonly op: number; readonly state: number }[];
  private readonly isTaken: Uint8Array;
  private charactersLeft: number;

  /** Texts of states may take as many characters. */
  constructor(ops: readonly Op[], model: StepModel<S>, charactersMax = 256 * 1024 * 1024) {
    this.charactersLeft = charactersMax;
    this.model = model;
    this.ops = ops;
    this.pure = Uint8Array.from(ops, (op) => (model.isPure?.(op) === true ? 1 : 0));
    this.classOf = classesOf(ops);
    this.classes = this.classOf.reduce((most, c) => Math.max(most, c + 1), 0);
    this.sizeOf = new Int32Array(this.classes);
    for (const c of this.classOf) this.sizeOf[c] = (this.sizeOf[c] as number) + 1;
    this.initial = this.intern(model.initial);
    this.isTaken = new Uint8Array(ops.length);
    this.resets = ops.flatMap((o, op) => {
      const state = model.resets?.(o);
      return state === undefined ? [] : [{ op, state: this.intern(state) }];
    });
    this.canTellReach = model.reaches !== undefined;
  }

  /** True: states take more memory than they may, the search has to end. */
  get isFull(): boolean {
    return this.charactersLeft < 0;
  }

  /** The next state, or -1. */
  step(state: number, op: number): number {
    const at = state * this.classes + (this.classOf[op] as number);
    const known = this.transitions.get(at);
    if (known !== undefined) return known;
    const next = this.model.step(this.states[state] as S, this.ops[op] as Op);
    if (next === undefined) wrongAnswer(this.model as Model, this.ops[op] as Op, next);
    const id = next === illegal ? -1 : this.intern(next);
    this.transitions.set(at, id);
    return id;
  }

  take(op: number): void {
    this.isTaken[op] = 1;
  }

  giveBack(op: number): void {
    this.isTaken[op] = 0;
  }

  /** False when nothing leads from `state` to one where `op` is legal. */
  reaches(state: number, op: number): boolean {
    return this.reachesClass(state, op) || this.canBeRescued(op);
  }

  private reachesClass(state: number, op: number): boolean {
    const at = state * this.classes + (this.classOf[op] as number);
    const known = this.reachable.get(at);
    if (known !== undefined) return known;
    const answer = this.model.reaches?.(this.states[state] as S, this.ops[op] as Op) ?? true;
    this.reachable.set(at, answer);
    return answer;
  }

  /** Is there a reset, not yet taken, after which `op` can become legal? */
  private canBeRescued(op: number): boolean {
    const mine = this.classOf[op] as number;
    let rescuers = this.rescuers.get(mine);
    if (rescuers === undefined) {
      rescuers = this.resets.flatMap((r) => (this.reachesClass(r.state, op) ? [r.op] : []));
      this.rescuers.set(mine, rescuers);
    }
    return rescuers.some((r) => this.isTaken[r] === 0);
  }

  private intern(state: S): number {
    const text = this.model.text?.(state) ?? JSON.stringify(state);
    let id = this.ids.get(text);
    if (id === undefined) {
      this.charactersLeft -= text.length;
      id = this.states.length;
      this.states.push(state);
      this.ids.set(text, id);
    }
    return id;
  }
}

/** Operations of one class have the same name, key, argument and result. */
function classesOf(ops: readonly Op[]): Int32Array {
  const values = new Interner();
  // Every number below is smaller than this, so that a pair of them is one exact integer.
  const base = ops.length * 4 + 2;
  const pairs = new Map<number, number>();
  const calls = new Map<number, number>();
  const classes = new Map<number, number>();
  return Int32Array.from(ops, (op) => {
    const output = isCompleted(op) ? values.id(op.output) + 1 : 0;
    const name = numberOf(pairs, values.id(op.f) * base + values.id(op.key), pairs.size);
    const call = numberOf(calls, values.id(op.input) * base + output, calls.size);
    return numberOf(classes, name * base + call, classes.size);
  });
}
