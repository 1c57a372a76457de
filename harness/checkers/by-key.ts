/** Each key of a history judged by itself, as in Jepsen's independent tests. */
import type { Certificate } from './certificate.ts';
import type { CheckReport } from './check-report.ts';
import type { Ending, JepsenHistory } from './formats/jepsen.ts';
import type { Op } from './operations.ts';
import { named } from './tallies/tally.ts';
import { worstOf } from './worst.ts';

/** As `judge` says of the only key, or of all of them together: the worst of them. */
export function overKeys(
  history: JepsenHistory,
  judge: (part: JepsenHistory) => CheckReport,
): CheckReport {
  const parts = [...keysOf(history)].map(([key, part]) => ({ key, report: judge(part) }));
  if (parts.length <= 1) return judge(history);
  const of = (verdict: CheckReport['verdict']): typeof parts =>
    parts.filter(({ report }) => report.verdict === verdict);
  const [violated, unknown, holds] = [of('violated'), of('unknown'), of('holds')];
  const verdict = worstOf(parts.map(({ report }) => report.verdict));
  const figures = {
    keys: parts.length,
    holds: holds.length,
    violated: violated.length,
    unknown: unknown.length,
    ...(violated.length > 0 && { violatedKeys: violated.map(({ key }) => key) }),
    ...(unknown.length > 0 && { unknownKeys: unknown.map(({ key }) => key) }),
  };
  const nodes = parts.reduce((sum, { report }) => sum + report.nodes, 0);
  const shared = { verdict, operations: history.invoked, nodes, figures };
  if (verdict === 'holds') {
    const nothing = { core: [], prefix: null, isPrefixShortest: true };
    const sentences = [`${parts.length} keys were judged, each by itself.`];
    return { ...shared, ...nothing, sentences, certificate: certificateOf(parts) };
  }
  const bad = verdict === 'violated' ? violated : unknown;
  const first = bad.reduce((a, b) => (prefixOf(b.report) < prefixOf(a.report) ? b : a));
  const { core, prefix, isPrefixShortest } = first.report;
  const names = named(bad.map(({ key }) => key));
  const sentences = [
    `${bad.length} of ${parts.length} keys are ${verdict}: ${names}. Of ${named([first.key])}:`,
    ...first.report.sentences,
  ];
  return { ...shared, core, prefix, isPrefixShortest, sentences, certificate: null };
}

function prefixOf({ prefix }: CheckReport): number {
  return prefix ?? Infinity;
}

function certificateOf(
  parts: readonly { readonly key: string; readonly report: CheckReport }[],
): Certificate {
  const all = parts.flatMap(({ key, report: { certificate } }) =>
    certificate === null ? [] : [[key, certificate] as const],
  );
  return { kind: 'parts', by: 'key', parts: new Map(all) };
}

interface Part {
  readonly ops: Op[];
  readonly failed: Op[];
  readonly endings: Ending[];
  invoked: number;
}

/** In order of their first calls; positions stay those of the whole history. */
function keysOf({ ops, failed, endings = [], source }: JepsenHistory): Map<string, JepsenHistory> {
  const parts = new Map<string, Part>();
  const partOf = ({ key }: Op): Part => {
    const known = parts.get(key);
    if (known !== undefined) return known;
    const part: Part = { ops: [], failed: [], endings: [], invoked: 0 };
    parts.set(key, part);
    return part;
  };
  for (const op of ops) partOf(op).ops.push(op);
  for (const op of failed) partOf(op).failed.push(op);
  for (const ending of endings) partOf(ending.op).endings.push(ending);
  return new Map(
    [...parts].map(([key, part]) => [
      key,
      {
        ...part,
        invoked: part.ops.length + part.failed.length,
        ...(source !== undefined && { source }),
      },
    ]),
  );
}
