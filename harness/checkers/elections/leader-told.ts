/**
 * What clients are told of who leads: nobody who had resigned, nobody older than somebody was told of
 * before, and not that nobody leads while somebody surely does. O(n log n).
 */
import type { Judged } from '../judged.ts';
import type { ClockBounds } from '../locks/hold.ts';
import { isCompleted, never, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import type { ElectionFault } from './one-leader.ts';
import { numberOf, type Term, termsOf } from './terms.ts';

export type LeaderToldResult = Judged<{ readonly checked: number }, ElectionFault>;

/** `ops` of one history; each election is judged by itself. */
export function checkLeaderTold(ops: readonly Op[], bounds: ClockBounds = {}): LeaderToldResult {
  let checked = 0;
  for (const key of new Set(ops.map((op) => op.key))) {
    const own = ops.filter((op) => op.key === key);
    const told = own.filter((op) => op.f === 'leader' && isCompleted(op));
    checked += told.length;
    const terms = termsOf(own, bounds);
    const resigned = own.filter((op) => op.f === 'resign' && isCompleted(op));
    for (const check of [wentBack, phantom, denied]) {
      const fault = check(told, { terms, resigned });
      if (fault !== null) return { kind: 'violated', fault };
    }
  }
  if (checked === 0) return { kind: 'unknown', reason: 'nobody was told who leads' };
  return { kind: 'holds', checked };
}

interface Facts {
  readonly terms: readonly Term[];
  /** Resignations that were answered. */
  readonly resigned: readonly Op[];
}

type Check = (told: readonly Op[], facts: Facts) => ElectionFault | null;

/** Told of an older term after a newer one had been won or told. */
const wentBack: Check = (told, { terms }) => {
  const known = [...terms.map((t) => ({ op: t.campaign, term: t.term })), ...withTerm(told)];
  known.sort((a, b) => a.op.ret - b.op.ret);
  const questions = withTerm(told).sort((a, b) => a.op.call - b.op.call);
  let seen = 0;
  let newest: (typeof known)[number] | null = null;
  for (const q of questions) {
    for (let k = known[seen]; k !== undefined && k.op.ret < q.op.call; k = known[(seen += 1)]) {
      if (newest === null || k.term > newest.term) newest = k;
    }
    if (newest === null || q.term >= newest.term) continue;
    const sentences = [returned(newest.op), asked(q.op), `Term ${newest.term} came before that.`];
    return { ops: [newest.op, q.op], sentences };
  }
  return null;
};

/** Told of one who had resigned by then. */
const phantom: Check = (told, { resigned }) => {
  const first = new Map<number, Op>();
  for (const op of resigned) {
    const term = numberOf(op.input);
    const before = term === null ? undefined : first.get(term);
    if (term !== null && op.ret < (before?.ret ?? never)) first.set(term, op);
  }
  for (const { op, term } of withTerm(told)) {
    const resign = first.get(term);
    if (resign === undefined || resign.ret > op.call) continue;
    const sentences = [returned(resign), asked(op), `Nobody led in term ${term} any more.`];
    return { ops: [resign, op], sentences };
  }
  return null;
};

/** Told that nobody leads while somebody did all the time. */
const denied: Check = (told, { terms }) => {
  const none = told.filter((op) => numberOf(op.output) === null);
  for (const op of none) {
    const led = terms.find((t) => t.fromUs <= op.callUs && op.retUs <= t.untilUs);
    if (led === undefined) continue;
    const { campaign, confirmed } = led;
    const facts = [...new Set([campaign, confirmed])];
    const sentences = [
      ...facts.map((fact) => returned(fact)),
      asked(op),
      `Term ${led.term} lasted longer than that.`,
    ];
    return { ops: [...facts, op], sentences };
  }
  return null;
};

function withTerm(told: readonly Op[]): { readonly op: Op; readonly term: number }[] {
  return told.flatMap((op) => {
    const term = numberOf(op.output);
    return term === null ? [] : [{ op, term }];
  });
}

function returned(op: Op): string {
  return `${nameOp(op)} returned ${moment(op.retUs, op.ret)}.`;
}

function asked(op: Op): string {
  const what =
    numberOf(op.output) === null ? 'that nobody leads' : `of term ${numberOf(op.output)}`;
  return `process ${op.process} asked who leads ${op.key} ${moment(op.callUs, op.call)} and was told ${what} ${moment(op.retUs, op.ret)}.`;
}
