/** Barriers and configurations against twins that look at each moment, or at each pair. */
import assert from 'node:assert/strict';
import { checkOpens, checkTogether } from '../../harness/checkers/barriers/barriers.ts';
import { checkAdvances, checkCurrent } from '../../harness/checkers/configs/configs.ts';
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { VerdictKind } from '../../harness/core/verdict.ts';
import { Prng } from '../../harness/core/prng.ts';
import { type Agreement, randomHistory, show } from './twin.ts';

/** By promise: holds the checker against its twin on so many random histories. */
export const barrierTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'barriers are passed together': (cases) => agree(cases, drawBarrier, checkTogether, isTogether),
  'barriers open': (cases) => agree(cases, drawBarrier, checkOpens, isOpening),
  'configurations advance': (cases) => agree(cases, drawConfig, checkAdvances, isAdvancing),
  'configurations are current': (cases) =>
    agree(cases, drawConfig, (o) => checkCurrent(o), isCurrent),
};

function agree(
  cases: number,
  drawOps: (draw: Prng) => Op[],
  check: (ops: readonly Op[]) => { readonly kind: VerdictKind },
  isLegal: (ops: readonly Op[]) => boolean,
): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const ops = drawOps(new Prng(seed));
    const expected = isLegal(ops);
    const text = ops.map((o) => `${o.process}: ${show([o])} v${o.version}`).join('\n');
    assert.equal(check(ops).kind === 'violated', !expected, `seed ${seed}\n${text}`);
    tally[expected ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

const parties = 3;

/** Three parties at one barrier: whoever asks to go mostly asked to come before. */
function drawBarrier(draw: Prng): Op[] {
  const shape = { n: 5 + draw.below(4), processes: parties, crashPermille: 100 };
  const asked = new Map<number, number>();
  const ops = randomHistory(draw, shape, (d) => {
    const isEnter = d.chance(600);
    const output = d.chance(500);
    return { f: isEnter ? 'enter-barrier' : 'leave-barrier', input: null, output };
  });
  return ops.map((op) => {
    const party = op.process % parties;
    const so = asked.get(party) ?? 0;
    asked.set(party, so + 1);
    const f = so === 0 ? 'enter-barrier' : op.f;
    const who = { party: `p${party}`, parties };
    if (!draw.chance(300)) return { ...op, key: 'b', f, input: who };
    const phase = f === 'enter-barrier' ? 'enter' : 'leave';
    const output =
      op.ret === never
        ? null
        : { isPassed: op.output === true, untold: draw.below(5) === 0 ? 1 : 0 };
    return { ...op, key: 'b', f: 'await-barrier', input: { ...who, phase }, output };
  });
}

const partyOf = (op: Op): string => (op.input as { party: string }).party;
const isEnter = (op: Op): boolean =>
  op.f === 'enter-barrier' || (op.input as { phase?: string }).phase === 'enter';
const saidYes = (op: Op): boolean =>
  op.ret !== never && (op.output === true || Object(op.output).isPassed === true);
const saidNo = (op: Op): boolean => op.ret !== never && op.output === false;

/** Is `party` in for sure at every moment between two positions? */
function isInside(party: string, from: number, to: number, ops: readonly Op[]): boolean {
  for (let at = from; at < to; at++) {
    const own = ops.filter((op) => partyOf(op) === party);
    const came = own.some((op) => isEnter(op) && op.ret !== never && op.ret <= at);
    const went = own.some((op) => !isEnter(op) && op.call <= at);
    if (!came || went) return false;
  }
  return true;
}

const names = Array.from({ length: parties }, (_, p) => `p${p}`);

function isTogether(ops: readonly Op[]): boolean {
  return ops.every((op) => {
    if (!saidYes(op)) return true;
    if (!isEnter(op)) return !names.some((p) => isInside(p, op.call, op.ret, ops));
    return names.every((p) => ops.some((o) => partyOf(o) === p && isEnter(o) && o.call < op.ret));
  });
}

function isOpening(ops: readonly Op[]): boolean {
  return ops.every((op) => {
    if (!saidNo(op)) return true;
    const self = partyOf(op);
    if (!isEnter(op)) {
      const loose = (o: Op): boolean =>
        o.ret === never || o.call > op.call || Object(o.output).untold === 1;
      if (ops.some((o) => isEnter(o) && loose(o))) return true;
      const came = names.filter((p) => ops.some((o) => partyOf(o) === p && isEnter(o)));
      const went = (p: string): boolean =>
        ops.some((o) => partyOf(o) === p && !isEnter(o) && o.ret < op.call);
      return !came.every((p) => p === self || went(p));
    }
    const isGone = ops.some((o) => !isEnter(o) && partyOf(o) === self && o.call < op.ret);
    if (isGone) return true;
    if (ops.some((o) => isEnter(o) && saidYes(o) && o.ret < op.call)) return false;
    return !names.every((p) => p === self || isInside(p, op.call, op.ret, ops));
  });
}

/** Revisions and texts agree mostly. */
function drawConfig(draw: Prng): Op[] {
  let next = 0;
  const shape = { n: 5 + draw.below(3), processes: 3, crashPermille: 150 };
  const ops = randomHistory(draw, shape, (d) => {
    if (d.chance(400) || next === 0) {
      next += 1;
      return { f: 'publish-config', input: `v${next}`, output: null };
    }
    const revision = d.below(next + 1);
    const text = d.chance(930) ? revision : d.below(next + 2);
    const value = text === 0 ? null : `v${text}`;
    const instance = `i${d.below(2)}`;
    return { f: 'serve-config', input: { instance }, output: { revision, value } };
  });
  return ops.map((op) => {
    const { version, ...rest } = op;
    const own = op.f === 'publish-config' && op.ret !== never && draw.chance(700);
    const revision = own ? Number((op.input as string).slice(1)) : 0;
    return { ...rest, key: 'app', ...(own && { version: revision }) };
  });
}

interface Told {
  readonly op: Op;
  readonly revision: number;
  readonly value: string | null;
  readonly instance: string;
}

function toldIn(ops: readonly Op[]): Told[] {
  return ops
    .filter((op) => op.f === 'serve-config' && op.ret !== never)
    .map((op) => ({ op, ...(op.output as object), ...(op.input as object) }) as Told);
}

function isAdvancing(ops: readonly Op[]): boolean {
  const all = toldIn(ops);
  const isSound = all.every(({ op, revision, value }) => {
    if (value === null) return true;
    const from = ops.find((o) => o.f === 'publish-config' && o.input === value);
    if (from === undefined || from.call > op.ret) return false;
    return from.version === undefined || from.version === revision;
  });
  const pairs = all.flatMap((a) => all.map((b) => [a, b] as const));
  return (
    isSound &&
    pairs.every(([a, b]) => a.revision !== b.revision || a.value === b.value) &&
    pairs.every(
      ([a, b]) => a.instance !== b.instance || a.op.ret > b.op.call || a.revision <= b.revision,
    )
  );
}

function isCurrent(ops: readonly Op[]): boolean {
  const all = toldIn(ops);
  return all.every(({ op, revision }) => {
    const told = all.every((o) => o.op.ret > op.call || o.revision <= revision);
    return (
      told &&
      ops.every((o) => o.f !== 'publish-config' || o.ret > op.call || (o.version ?? 0) <= revision)
    );
  });
}
