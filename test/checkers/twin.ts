/** The obvious slow judge, and random small histories to compare with. */
import { canonical } from '../../harness/checkers/canonical.ts';
import { stepOnce } from '../../harness/checkers/replay.ts';
import { illegal, type Model } from '../../harness/checkers/model.ts';
import { isCompleted, never, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Prng } from '../../harness/core/prng.ts';

/** Tries every order that agrees with real time. For histories of a dozen operations. */
export function isLinearizableBruteForce(
  ops: readonly Op[],
  model: Model,
  state: unknown = model.initial,
): boolean {
  if (!ops.some(isCompleted)) return true;
  const firstReturn = Math.min(...ops.map((op) => op.ret));
  return ops.some((op) => {
    if (op.call > firstReturn) return false;
    const next = stepOnce(model, state, op);
    if (next === illegal) return false;
    return isLinearizableBruteForce(
      ops.filter((o) => o !== op),
      model,
      next,
    );
  });
}

/** Of the histories on which a checker and its twin agreed. */
export interface Agreement {
  readonly legal: number;
  readonly illegal: number;
  /** Of how many the checker said neither; absent: that is not counted. */
  readonly unknown?: number;
}

/** What a generator draws: an operation's name, argument, and a guess at its result. */
export type Draw = (draw: Prng) => { f: string; input: Json; output: Json };

/** A random history of `n` operations by at most `processes` at a time, some of which crash. */
export function randomHistory(
  draw: Prng,
  shape: { n: number; processes: number; crashPermille: number },
  one: Draw,
): Op[] {
  const free = Array.from({ length: shape.processes }, (_, p) => p);
  const inFlight: { op: Op; process: number }[] = [];
  const done: Op[] = [];
  let at = 0;
  let id = 0;
  while (id < shape.n || inFlight.length > 0) {
    if (id < shape.n && free.length > 0 && (inFlight.length === 0 || draw.chance(550))) {
      const process = free.splice(draw.below(free.length), 1)[0] as number;
      const { f, input, output } = one(draw);
      const call = at++;
      const op = { id: id++, process, f, key: 'x', input, output, call, ret: never };
      inFlight.push({ op: { ...op, callUs: call, retUs: Infinity }, process });
      continue;
    }
    const [{ op, process }] = inFlight.splice(draw.below(inFlight.length), 1) as [
      { op: Op; process: number },
    ];
    free.push(process);
    const ret = at++;
    done.push(
      draw.chance(shape.crashPermille) ? { ...op, output: null } : { ...op, ret, retUs: ret },
    );
  }
  return done.sort((a, b) => a.call - b.call);
}

/** Results as a correct object would give them: linearized at a random moment of each operation. */
export function runHonestly(
  draw: Prng,
  ops: readonly Op[],
  initial: Json,
  apply: (state: Json, op: Op) => { state: Json; output: Json } | 'fails',
): Op[] {
  const points = ops.map((op) => ({
    op,
    at:
      op.call + 0.25 + (draw.below(1000) / 1000) * (Math.min(op.ret, op.call + 20) - op.call - 0.5),
  }));
  points.sort((a, b) => a.at - b.at);
  let state = initial;
  const results = new Map<Op, Op | null>();
  for (const { op } of points) {
    if (!isCompleted(op) && draw.chance(500)) {
      results.set(op, op);
      continue;
    }
    const r = apply(state, op);
    if (r === 'fails') results.set(op, null);
    else {
      state = r.state;
      results.set(op, isCompleted(op) ? { ...op, output: r.output } : op);
    }
  }
  return ops.flatMap((op) => results.get(op) ?? []);
}

/** A short text of a history, for messages. */
export function show(ops: readonly Op[]): string {
  return ops
    .map(
      (o) =>
        `${o.call}–${isCompleted(o) ? o.ret : '∞'} ${o.f} ${canonical(o.input)} → ${canonical(o.output)}`,
    )
    .join('\n');
}
