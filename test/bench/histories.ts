/** Histories as clients of a correct register, store or list would record them, and broken ones. */
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';

export interface HistoryShape {
  readonly kind: 'register' | 'cas-register' | 'key-value';
  readonly clients: number;
  readonly operations: number;
  /** How many values there are to write; 0: each is written once. */
  readonly values: number;
  readonly crashPermille: number;
  /** One read in the last tenth answers what was overwritten long ago. */
  readonly isBroken: boolean;
  readonly seed: number;
}

interface Flight {
  readonly op: Op;
  readonly client: number;
  isDone: boolean;
  output: Json;
}

/**
 * Clients call at random moments; each operation takes effect at a random moment of its flight. A
 * crashed client goes on under a new process number.
 */
export function makeHistory(shape: HistoryShape): Op[] {
  const draw = new Prng(shape.seed);
  const free = Array.from({ length: shape.clients }, (_, c) => c);
  const processes = [...free];
  const flights: Flight[] = [];
  const ops: Op[] = [];
  const old: Json[] = [];
  let state: Json = shape.kind === 'key-value' ? '' : null;
  let [position, next] = [0, 1];
  const spoiledAt = shape.isBroken ? Math.floor(shape.operations * 0.95) : Infinity;
  let isSpoiled = false;
  while (ops.length < shape.operations) {
    const roll = draw.below(3);
    if (roll === 0 && free.length > 0) {
      const client = free.splice(draw.below(free.length), 1)[0] as number;
      const drawn = drawOperation(draw, shape, state, () => next++);
      const op: Op = {
        id: ops.length + flights.length,
        process: processes[client] as number,
        key: '',
        output: null,
        call: position++,
        ret: never,
        callUs: position,
        retUs: Infinity,
        ...drawn,
      };
      flights.push({ op, client, isDone: false, output: null });
      continue;
    }
    const open = flights.filter((f) => !f.isDone);
    if (roll === 1 && open.length > 0) {
      const f = draw.pick(open);
      const before: Json = state;
      state = takeEffect(f, before);
      if (before !== state) old.push(before);
      continue;
    }
    const done = flights.filter((f) => f.isDone);
    if (roll !== 2 || done.length === 0) continue;
    const f = draw.pick(done);
    flights.splice(flights.indexOf(f), 1);
    free.push(f.client);
    if (draw.chance(shape.crashPermille)) {
      processes[f.client] = (processes[f.client] as number) + shape.clients;
      ops.push(f.op);
      continue;
    }
    if (f.output === 'mismatch') continue;
    const isLie: boolean =
      ops.length >= spoiledAt && !isSpoiled && f.op.f !== 'write' && isLook(f.op);
    const output = isLie ? (old[old.length >> 1] ?? 'never') : f.output;
    isSpoiled ||= isLie;
    ops.push({ ...f.op, output, ret: position++, retUs: position });
  }
  // Whoever is still in flight may have taken effect.
  ops.push(...flights.map((f) => f.op));
  return ops.sort((a, b) => a.call - b.call).map((op, id) => ({ ...op, id }));
}

function isLook(op: Op): boolean {
  return op.f === 'read' || op.f === 'get';
}

function drawOperation(
  draw: Prng,
  shape: HistoryShape,
  state: Json,
  fresh: () => number,
): { f: string; input: Json } {
  const value = (): Json => (shape.values === 0 ? fresh() : draw.below(shape.values));
  if (shape.kind === 'key-value') {
    if (draw.chance(500)) return { f: 'get', input: null };
    const text = `${fresh()} `;
    return draw.chance(100) ? { f: 'put', input: text } : { f: 'append', input: text };
  }
  if (draw.chance(500)) return { f: 'read', input: null };
  if (shape.kind === 'cas-register' && draw.chance(400)) {
    return { f: 'cas', input: [draw.chance(600) ? state : value(), value()] };
  }
  return { f: 'write', input: value() };
}

function takeEffect(f: Flight, state: Json): Json {
  f.isDone = true;
  const { op } = f;
  if (isLook(op)) {
    f.output = state;
    return state;
  }
  f.output = op.input;
  if (op.f === 'append') return `${state as string}${op.input as string}`;
  if (op.f !== 'cas') return op.input;
  const [from, to] = op.input as [Json, Json];
  if (from === state) return to;
  f.output = 'mismatch';
  return state;
}
