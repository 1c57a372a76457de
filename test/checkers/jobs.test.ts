/** Jobs of queues: what is judged, what is let pass, and a slow twin that tries who took what. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkJobKept, checkJobOnce, failed } from '../../harness/checkers/jobs/jobs.ts';
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';
import { Prng } from '../../harness/core/prng.ts';

/** `p a 0 1` puts in, `t a 2 3` takes, by call and return; `t - 2 3` finds it empty, `t ? 2` is not told, `t ! 2 3` fails. */
function history(...lines: readonly string[]): Op[] {
  return lines.map((line, id) => {
    const [what, job = '', call, ret] = line.split(' ');
    const isOpen = ret === undefined;
    const outputs: Record<string, Json> = { '-': null, '?': null, '!': failed };
    const output = what === 'p' ? job : (outputs[job] ?? (job in outputs ? null : job));
    return {
      id,
      process: id,
      f: what === 'p' ? 'enqueue' : 'dequeue',
      key: 'q',
      input: what === 'p' ? job : null,
      output: isOpen ? null : output,
      call: Number(call),
      ret: isOpen ? never : Number(ret),
      callUs: Number(call),
      retUs: isOpen ? Infinity : Number(ret),
    };
  });
}

describe('jobs of queues', () => {
  const once = (...lines: readonly string[]): string => checkJobOnce(history(...lines)).kind;
  const kept = (...lines: readonly string[]): string => checkJobKept(history(...lines)).kind;

  it('are handed out once, and not out of nothing', () => {
    assert.equal(once('p a 0 1', 't a 2 3'), 'holds');
    assert.equal(once('p a 0', 't a 2 3'), 'holds');
    assert.equal(once('p a 1 4', 't a 0 2'), 'holds');
    assert.equal(once('p a 0 1', 't a 2 3', 't a 4 5'), 'violated');
    assert.equal(once('t a 2 3'), 'violated');
    assert.equal(once('t a 0 1', 'p a 2 3'), 'violated');
    assert.equal(once('p a 0 1', 't - 2 3'), 'unknown');
  });

  it('are lost when their queue is found empty and nobody can have them', () => {
    assert.equal(kept('p a 0 1', 't - 2 3'), 'violated');
    assert.equal(kept('p a 0 1', 't a 2 3', 't - 4 5'), 'holds');
    assert.equal(kept('p a 0 3', 't - 2 4', 't - 1 2'), 'unknown', 'it may not have been in yet');
    assert.equal(kept('p a 0 1', 't ? 2', 't - 4 5'), 'holds', 'who was not told may have it');
    assert.equal(kept('p a 0 1', 'p b 0 1', 't ? 2', 't - 4 5'), 'violated', 'but one alone');
    assert.equal(kept('p a 0 1', 't - 4 5', 't ? 6'), 'violated', 'and not who came later');
    assert.equal(kept('p a 0 1', 't ! 2 6', 't - 4 5'), 'unknown', 'it may have been held then');
    assert.equal(kept('p a 0 1', 't a 2 6', 't - 4 5'), 'holds', 'it is just being handed out');
    assert.equal(kept('p a 0', 't - 4 5'), 'unknown');
  });

  it('are judged as by who tries every way in which they were taken', () => {
    const tally = { legal: 0, illegal: 0 };
    for (let seed = 0; seed < 3_000; seed++) {
      const ops = drawn(seed);
      const expected = isPossible(ops);
      const found = checkJobKept(ops).kind !== 'violated';
      // What the judge calls a loss is one; of overlaps it knows less than the twin.
      if (!found) assert.equal(expected, false, `seed ${seed}`);
      if (ops.every((op, i) => i === 0 || op.call > (ops[i - 1] as Op).ret || isOpen(ops[i - 1]))) {
        assert.equal(found, expected, `seed ${seed}`);
      }
      tally[expected ? 'legal' : 'illegal'] += 1;
    }
    assert.ok(tally.legal > 300 && tally.illegal > 300, JSON.stringify(tally));
  });
});

const isOpen = (op: Op | undefined): boolean => op?.ret === never;

/** One after the other: jobs put in, taken, found missing, and calls of which nobody was told. */
function drawn(seed: number): Op[] {
  const draw = new Prng(seed);
  const lines: string[] = [];
  const waiting: string[] = [];
  for (let i = 0; i < 7; i++) {
    const at = `${2 * i}`;
    const end = ` ${2 * i + 1}`;
    const kind = draw.below(5);
    if (kind <= 1) {
      waiting.push(`j${i}`);
      lines.push(`p j${i} ${at}${draw.chance(850) ? end : ''}`);
    } else if (kind === 2 && waiting.length > 0) lines.push(`t ${waiting.shift()} ${at}${end}`);
    else if (kind === 3) lines.push(`t ? ${at}`);
    else lines.push(`t - ${at}${end}`);
  }
  return history(...lines);
}

/** Tries for each call of which nobody was told that it happened then, later or never, and took any job. */
function isPossible(
  ops: readonly Op[],
  at = 0,
  inside: readonly Json[] = [],
  open: readonly Op[] = [],
): boolean {
  // Those that are under way may happen before the next one.
  for (const [i, op] of open.entries()) {
    const rest = open.filter((_, k) => k !== i);
    const after =
      op.f === 'enqueue'
        ? [[...inside, op.input]]
        : inside.map((_, k) => inside.filter((_j, l) => l !== k));
    if (after.some((then) => isPossible(ops, at, then, rest))) return true;
  }
  const op = ops[at];
  if (op === undefined) return true;
  if (isOpen(op)) return isPossible(ops, at + 1, inside, [...open, op]);
  if (op.f === 'enqueue') return isPossible(ops, at + 1, [...inside, op.input], open);
  // Of one that is handed out later it is not asked where it was meanwhile.
  const isLater = (job: Json): boolean =>
    ops.some((other) => other.output === job && other.f === 'dequeue');
  if (op.output === null) return inside.every(isLater) && isPossible(ops, at + 1, inside, open);
  const k = inside.indexOf(op.output);
  return (
    k >= 0 &&
    isPossible(
      ops,
      at + 1,
      inside.filter((_, l) => l !== k),
      open,
    )
  );
}
