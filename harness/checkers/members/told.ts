/** Which answers about who is alive contradict what was done to the members: a look at each answer. */
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';

export interface Span {
  readonly fromUs: number;
  /** Infinity: until the end. */
  readonly toUs: number;
  /** Of one that counts for longer than it lasted: its own end. */
  readonly endedUs?: number;
}

/** What was done to the members, by their numbers. */
export interface MembersTruth {
  /** When each was not running. */
  readonly down: readonly (readonly Span[])[];
  /** When each could rightly be told dead by somebody who is up: down, starting, out of touch. */
  readonly doubtful: readonly (readonly Span[])[];
  /** When each could rightly not know: down, starting, out of touch. */
  readonly illTold: readonly (readonly Span[])[];
}

/** Somebody was told of wrongly. */
export interface MembersFault {
  readonly answer: Op;
  readonly asked: number;
  readonly member: number;
  /** Since when what was told had not been so, µs. */
  readonly sinceUs: number;
}

export type MembersResult = Judged<{ readonly checked: number }, MembersFault>;

/** Who was running and in touch for longer than the bound is told alive, by who was so as well. */
export function checkLiveTold(
  ops: readonly Op[],
  truth: MembersTruth,
  boundUs: number,
): MembersResult {
  return judge(ops, truth, (answer, asked, member) => {
    const window = before(answer, boundUs);
    const both = [...(truth.doubtful[member] ?? []), ...(truth.illTold[asked] ?? [])];
    if (both.some((span) => overlaps(span, window))) return null;
    const ends = both.map(({ toUs, endedUs = toUs }) => endedUs).filter((us) => us < Infinity);
    return { isAlive: true, sinceUs: Math.max(-Infinity, ...ends) };
  });
}

/** Who was down for longer than the bound is told alive by nobody who was in touch meanwhile. */
export function checkDeadTold(
  ops: readonly Op[],
  truth: MembersTruth,
  boundUs: number,
): MembersResult {
  return judge(ops, truth, (answer, asked, member) => {
    const window = before(answer, boundUs);
    if ((truth.illTold[asked] ?? []).some((span) => overlaps(span, window))) return null;
    const down = (truth.down[member] ?? []).find(
      ({ fromUs, toUs }) => fromUs <= window.fromUs && window.toUs <= toUs,
    );
    return down === undefined ? null : { isAlive: false, sinceUs: down.fromUs };
  });
}

/** What is sure of a member, for long enough; null: nothing. */
type Sure = { readonly isAlive: boolean; readonly sinceUs: number } | null;

function judge(
  ops: readonly Op[],
  { down }: MembersTruth,
  sureOf: (answer: Op, asked: number, member: number) => Sure,
): MembersResult {
  let checked = 0;
  for (const answer of ops) {
    if (!isCompleted(answer)) continue;
    const asked = answer.node ?? Number(answer.input);
    const alive = new Set(answer.output as readonly number[]);
    const sure = down.map((_, member) => sureOf(answer, asked, member));
    if (sure.some((s) => s !== null)) checked += 1;
    const member = sure.findIndex((s, m) => s !== null && s.isAlive !== alive.has(m));
    const wrong = sure[member];
    if (wrong === undefined || wrong === null) continue;
    return { kind: 'violated', fault: { answer, asked, member, sinceUs: wrong.sinceUs } };
  }
  if (checked > 0) return { kind: 'holds', checked };
  return { kind: 'unknown', reason: 'of nobody was it sure for long enough whether it was alive' };
}

/** From the bound before the question on, until the answer. */
function before({ callUs, retUs }: Op, boundUs: number): Span {
  return { fromUs: callUs - boundUs, toUs: retUs };
}

function overlaps(a: Span, b: Span): boolean {
  return a.fromUs <= b.toUs && b.fromUs <= a.toUs;
}
