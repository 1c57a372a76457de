/**
 * Checks transactions in which values were written more than once. Whose write each read showed is chosen,
 * and what then is wrong says which choice to change. It holds as soon as one choice does. It is violated if
 * every choice is, or if something is wrong that rests on no choice at all.
 */
import type { Anomaly } from '../anomaly.ts';
import { checkTransactions } from '../check-once.ts';
import type { TransactionResult } from '../check-once.ts';
import { excludes, type Level } from '../levels.ts';
import type { TxnTable } from '../table/table.ts';
import { countOf, type Choice, type Choices } from './choices.ts';
import { ListChoices } from './list-choices.ts';
import { RegisterChoices } from './register-choices.ts';

/** All choices are tried if there are no more of them and transactions together. */
const workOfAll = 100_000;
/** Transactions checked in all, where choices are changed one at a time. */
const workOfSome = 3_000_000;
const triesMin = 4;

export function checkRepeated(table: TxnTable, level: Level, stepsMax?: number): TransactionResult {
  const choices =
    table.kind === 'list-append' ? new ListChoices(table, level) : new RegisterChoices(table);
  const check = (choice: Choice): TransactionResult =>
    checkTransactions(choices.chosen(choice), level, stepsMax);
  const limit = Math.floor(workOfAll / Math.max(1, table.rows));
  const isFew = choices.isWhole && countOf(choices, limit + 1) <= limit;
  return isFew ? tryAll(choices, check) : trySome(choices, level, check, table.rows);
}

type Check = (choice: Choice) => TransactionResult;

function tryAll({ all }: Choices, check: Check): TransactionResult {
  const choice = all.map(() => 0);
  const first = check(choice);
  let [best, steps] = [first, 0];
  for (let result = first; ; result = check(choice)) {
    steps += result.steps;
    if (result.kind === 'holds') return { ...result, steps };
    if (result.kind === 'unknown') best = result;
    // The next choice, as a counter counts.
    let i = 0;
    while (i < all.length && choice[i] === (all[i]?.writers.length ?? 1) - 1) choice[i++] = 0;
    if (i === all.length) return { ...toldOfAll(best, all.length), steps };
    choice[i] = (choice[i] as number) + 1;
  }
}

/** What is wrong of the likeliest choice stands for all. */
function toldOfAll(result: TransactionResult, readings: number): TransactionResult {
  const [worst, ...others] = result.anomalies;
  if (result.kind !== 'violated' || readings === 0 || worst === undefined) return result;
  const sentence = `Values were written more than once; from whichever of their writers they are taken, something is wrong.`;
  return {
    ...result,
    anomalies: [{ ...worst, sentences: [...worst.sentences, sentence] }, ...others],
  };
}

function trySome(choices: Choices, level: Level, check: Check, rows: number): TransactionResult {
  const { all } = choices;
  const tries = Math.max(triesMin, Math.floor(workOfSome / Math.max(1, rows)));
  const tried = new Set<string>();
  let choice: Choice = all.map(() => 0);
  let steps = 0;
  for (let n = 1; ; n++) {
    tried.add(nameOf(choice));
    const result = check(choice);
    steps += result.steps;
    if (result.kind !== 'violated') return { ...result, steps };
    const excluded = result.anomalies.filter((a) => excludes(level, a.kind));
    if (excluded.some((a) => restsOnNothing(a, choices))) return { ...result, steps };
    const next = n < tries ? untried(choices, choice, excluded, tried) : null;
    if (next !== null) {
      choice = next;
      continue;
    }
    const many = all.length === 1 ? 'one read' : `${all.length} reads`;
    const reason = `values were written more than once, so that of ${many} several may have been the writers; of ${n} ways to choose them none makes ${level} hold`;
    return { ...result, kind: 'unknown', reason, anomalies: [], strongest: 'unknown', steps };
  }
}

/** That no order can be found may be the fault of any choice. */
function restsOnNothing({ kind, rows }: Anomaly, choices: Choices): boolean {
  return !kind.startsWith('no-') && !rows.some((row) => choices.concerns(row));
}

/** The first choice near this one that something wrong asks for; null: all were tried. */
function untried(
  choices: Choices,
  choice: Choice,
  wrong: readonly Anomaly[],
  tried: ReadonlySet<string>,
): Choice | null {
  for (const { rows } of wrong) {
    for (const next of choices.near(choice, rows)) if (!tried.has(nameOf(next))) return next;
  }
  return null;
}

/** What differs from the likeliest. */
function nameOf(choice: Choice): string {
  return choice.flatMap((c, i) => (c === 0 ? [] : [`${i}:${c}`])).join(' ');
}
