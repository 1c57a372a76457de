/** What a checker that counts has found, as the report of a check. */
import type { CheckReport } from '../check-report.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import type { Json } from '../../core/host.ts';
import type { Tally } from './tally.ts';

export function tallied(
  history: JepsenHistory,
  model: string,
  initial: Json,
  tally: Tally,
): CheckReport {
  const result = tally(history, initial);
  const { kind: verdict, figures } = result;
  const shared = { verdict, operations: history.invoked, nodes: 0, figures };
  if (result.kind === 'violated') {
    const { ops: core, sentences, position, isShortest: isPrefixShortest } = result.fault;
    const prefix = position + 1;
    return { ...shared, core, prefix, isPrefixShortest, sentences, certificate: null };
  }
  const nothing = { core: [], prefix: null, isPrefixShortest: true };
  if (result.kind === 'unknown') {
    return { ...shared, ...nothing, sentences: [result.reason], certificate: null };
  }
  const certificate = { kind: 'tally', model, figures } as const;
  return { ...shared, ...nothing, sentences: result.sentences, certificate };
}
