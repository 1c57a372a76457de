/** What is kept of a suite beside its page, and what has changed since. */
import { z } from 'zod';
import type { VerdictKind } from '../../core/verdict.ts';
import type { BeforeView, ChangeView, FigureView, SuiteView } from '../suite.ts';

/** Grows when what is kept changes its meaning: others are not compared. */
const format = 1;
/** A figure is another when it is so much more or less, and by so many seconds. */
const shareMin = 0.2;
const secondsMin = 0.001;
/** Fewer samples say little about a percentile. */
const samplesMin = 20;
const verdict = z.enum(['holds', 'violated', 'unknown']);
const count = z.number().nonnegative();

const keptSchema = z.object({
  format: z.literal(format),
  madeBy: z.string(),
  scenarios: z.array(z.object({ name: z.string(), verdict, runs: count })),
  promises: z.array(z.object({ id: z.string(), verdict })),
  figures: z.array(
    z.object({ scenario: z.string(), name: z.string(), count, p50: count, p99: count }),
  ),
});

export type KeptSuite = z.infer<typeof keptSchema>;

/** Null: it is of another format, or no such thing. */
export function readKept(text: string): KeptSuite | null {
  try {
    return keptSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function keptOf(suite: Omit<SuiteView, 'before'>, madeBy: string): KeptSuite {
  return {
    format,
    madeBy,
    scenarios: suite.rows.map(({ name, verdict: v, runs }) => ({ name, verdict: v, runs })),
    promises: suite.promises.map((p) => ({ id: p.id, verdict: worst(p) })),
    figures: suite.figures.map(({ scenario, name, count: n, p50, p99 }) => {
      return { scenario, name, count: n, p50, p99 };
    }),
  };
}

function worst(p: { readonly violated: number; readonly unknown: number }): VerdictKind {
  if (p.violated > 0) return 'violated';
  return p.unknown > 0 ? 'unknown' : 'holds';
}

/** What got worse stands first. */
export function compared(now: KeptSuite, before: KeptSuite): BeforeView {
  const changes = [
    ...verdictChanges('scenario', byName(now.scenarios), byName(before.scenarios)),
    ...verdictChanges(
      'promise',
      byName(now.promises.map((p) => ({ name: p.id, verdict: p.verdict }))),
      byName(before.promises.map((p) => ({ name: p.id, verdict: p.verdict }))),
    ),
    ...figureChanges(now, before),
  ];
  const order: readonly ChangeView['kind'][] = [
    'worse',
    'slower',
    'gone',
    'new',
    'better',
    'faster',
  ];
  return {
    madeBy: before.madeBy,
    changes: changes.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    figures: pairs(now, before).length,
  };
}

function byName<T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((x) => [x.name, x]));
}

const gravity: Readonly<Record<VerdictKind, number>> = { holds: 0, unknown: 1, violated: 2 };
type Judged = ReadonlyMap<string, { readonly name: string; readonly verdict: VerdictKind }>;

function verdictChanges(what: string, now: Judged, before: Judged): ChangeView[] {
  const changes: ChangeView[] = [];
  for (const [name, { verdict: v }] of now) {
    const was = before.get(name)?.verdict;
    const text = `${what} ${name}`;
    if (was === undefined) changes.push({ kind: 'new', text: `${text}: ${v}, was not there` });
    else if (was !== v) {
      const kind = gravity[v] > gravity[was] ? 'worse' : 'better';
      changes.push({ kind, text: `${text}: ${v}, was ${was}` });
    }
  }
  for (const [name, { verdict: v }] of before) {
    if (!now.has(name)) changes.push({ kind: 'gone', text: `${what} ${name}: was ${v}` });
  }
  return changes;
}

type KeptFigure = KeptSuite['figures'][number];

/** Of the same runs alone: others have other figures. */
function pairs(now: KeptSuite, before: KeptSuite): (readonly [now: KeptFigure, was: KeptFigure])[] {
  const runs = byName(before.scenarios);
  const isSame = (name: string, n: number): boolean => runs.get(name)?.runs === n;
  const same = new Set(now.scenarios.filter((s) => isSame(s.name, s.runs)).map((s) => s.name));
  return now.figures.flatMap((f) => {
    const was = before.figures.find((b) => b.scenario === f.scenario && b.name === f.name);
    const isEnough = f.count >= samplesMin && (was?.count ?? 0) >= samplesMin;
    return was !== undefined && isEnough && same.has(f.scenario) ? [[f, was] as const] : [];
  });
}

function figureChanges(now: KeptSuite, before: KeptSuite): ChangeView[] {
  return pairs(now, before).flatMap(([f, was]) =>
    (['p50', 'p99'] as const).flatMap((p): ChangeView[] => {
      const [a, b] = [f[p], was[p]];
      if (Math.abs(a - b) < Math.max(secondsMin, shareMin * Math.min(a, b))) return [];
      const text = `${f.scenario}, ${f.name}: ${p.toUpperCase()} ${seconds(a)}, was ${seconds(b)}`;
      return [{ kind: a > b ? 'slower' : 'faster', text }];
    }),
  );
}

function seconds(s: FigureView['p50']): string {
  return s < 1 ? `${Number((s * 1000).toPrecision(3))} ms` : `${Number(s.toPrecision(3))} s`;
}
