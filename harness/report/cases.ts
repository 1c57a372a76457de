/**
 * Records as cases with lasting names, as CI counts them: one for each promise of a scenario, over all
 * its seeds, and one for whether its runs proved anything. What a case says follows the exit code: a
 * share of unknown runs that leaves the scenario holding leaves its cases holding.
 */
import { tooManyUnknown } from '../core/verdict.ts';
import type { VerdictKind } from '../core/verdict.ts';
import type { RecordOf } from './records.ts';
import type { Said } from './reporter.ts';

/** The case for all that is no promise's: vacuous and broken-off runs, what was left behind. */
export const provesSomething = 'proves something';

/** Of one promise in one run. */
export interface Finding {
  readonly seed: number;
  readonly sentences: readonly string[];
  readonly counterexample: RecordOf<'run'>['counterexample'];
}

export interface Case {
  readonly name: string;
  readonly claim: string | null;
  readonly kind: VerdictKind | 'skipped';
  readonly runs: number;
  /** The runs that broke it, the one with the shortest story first. */
  readonly violated: readonly Finding[];
  readonly unknownRuns: number;
  /** Why it is unknown or skipped, or what it holds for: each once. */
  readonly reasons: readonly string[];
}

export interface Suite {
  readonly name: string;
  readonly claim: string;
  readonly environment: string;
  readonly from: string | null;
  /** Runs it again; wants ` --seed N` unless it is a recorded history. */
  readonly again: string;
  readonly verdict: VerdictKind | 'skipped';
  readonly runs: number;
  readonly operations: number;
  readonly effective: number;
  readonly cases: readonly Case[];
}

type Plan = RecordOf<'plan'>;
type Run = RecordOf<'run'>;

/** Reasons that are told of one case. */
const reasonsMax = 5;

/** Takes records in, and gives the cases when all are there. */
export class Cases {
  private plan: Plan | null = null;
  private readonly runs = new Map<string, Run[]>();
  private readonly skipped = new Map<string, string>();
  private readonly checks: RecordOf<'check'>[] = [];
  private readonly againOf: (file: string) => string;
  summary: RecordOf<'summary'> | null = null;

  /** `againOf`: the command that shows a recorded history. */
  constructor(againOf: (file: string) => string = () => '') {
    this.againOf = againOf;
  }

  add(said: Said): void {
    if (said.type === 'plan') this.plan = said;
    else if (said.type === 'skipped') this.skipped.set(said.scenario, said.reason);
    else if (said.type === 'summary') this.summary = said;
    else if (said.type === 'check') this.checks.push(said);
    else if (said.type === 'run') {
      const all = this.runs.get(said.scenario);
      if (all === undefined) this.runs.set(said.scenario, [said]);
      else all.push(said);
    }
  }

  get mutant(): string | null {
    return this.plan?.mutant ?? null;
  }

  /** As `antlion NAME` was told. */
  get command(): string {
    return this.plan?.command ?? 'check';
  }

  get suites(): readonly Suite[] {
    const { plan } = this;
    if (plan === null) return this.checks.map((c) => suiteOfCheck(c, this.againOf(c.file)));
    return plan.scenarios.flatMap((s) => {
      const runs = this.runs.get(s.name) ?? [];
      // Of a shard only what it has is told; all of it is in one of the others.
      if (plan.only !== null && runs.length === 0) return [];
      const why = this.skipped.get(s.name);
      return [suiteOf(plan, s, runs, why ?? null, this.whyNotRun())];
    });
  }

  /** Why a scenario has fewer runs than were planned. */
  private whyNotRun(): NotRun {
    // Enough was seen, and the exit code says so.
    if (this.summary?.isInterrupted === false) {
      return { kind: 'skipped', why: 'not run: enough runs were violated before' };
    }
    const why = `not run: ${this.summary?.stoppedBy ?? 'the command was stopped before its end'}`;
    return { kind: 'unknown', why };
  }
}

/** Of a scenario without a run. */
interface NotRun {
  readonly kind: 'skipped' | 'unknown';
  readonly why: string;
}

function suiteOf(
  plan: Plan,
  s: Plan['scenarios'][number],
  runs: readonly Run[],
  skipped: string | null,
  whyNot: NotRun,
): Suite {
  const of = (kind: VerdictKind): number => runs.filter((r) => r.verdict === kind).length;
  const isUnknown = tooManyUnknown(of('unknown'), runs.length);
  const ran: VerdictKind = of('violated') > 0 ? 'violated' : isUnknown ? 'unknown' : 'holds';
  const verdict: Suite['verdict'] =
    skipped !== null ? 'skipped' : runs.length === 0 ? whyNot.kind : ran;
  const ground = { runs, verdict, whyNot: skipped ?? whyNot.why };
  // The scenario's own promises, in its order, although a run that broke off names none.
  return {
    name: s.name,
    claim: s.claim,
    environment: plan.environment,
    from: s.from,
    again: s.again,
    verdict,
    runs: runs.length,
    operations: runs.reduce((n, r) => n + r.operations.invoked, 0),
    effective: runs.reduce((n, r) => n + r.faults.effective, 0),
    cases: [...s.promises.map((id) => promiseCase(id, ground)), restCase(s.promises, ground)],
  };
}

interface CaseGround {
  readonly runs: readonly Run[];
  readonly verdict: Suite['verdict'];
  readonly whyNot: string;
}

function promiseCase(id: string, g: CaseGround): Case {
  const found = g.runs.map((run) => ({ run, promise: run.promises.find((p) => p.id === id) }));
  const violated = found.flatMap(({ run, promise }) =>
    // Where a violation is expected the run holds, and so does the case.
    promise?.verdict !== 'violated' || run.verdict === 'holds'
      ? []
      : [findingOf(run, id, promise.sentences)],
  );
  const unknown = found.filter(({ promise }) => (promise?.verdict ?? 'unknown') === 'unknown');
  const reasons = unknown.map(
    ({ run, promise }) => promise?.basis ?? run.remarks[0] ?? 'not judged',
  );
  const claim = found.find(({ promise }) => promise !== undefined)?.promise?.claim ?? null;
  const bases = found.flatMap(({ promise }) => promise?.basis ?? []);
  return caseOf({ name: id, claim, violated, reasons, bases }, g);
}

/** Doubts about runs, runs that broke off, violations that did not come, leftovers. */
function restCase(promises: readonly string[], g: CaseGround): Case {
  const own = new Set(promises);
  const isOwn = ({ promises: all }: Run): boolean =>
    all.some((p) => own.has(p.id) && p.verdict !== 'holds');
  const violated = g.runs.flatMap((r) =>
    r.verdict === 'violated' && !isOwn(r) ? [findingOf(r, null, r.remarks)] : [],
  );
  const reasons = g.runs.flatMap((r) => [
    ...r.promises.flatMap((p) => (own.has(p.id) || p.verdict !== 'unknown' ? [] : [`${p.basis}`])),
    ...(r.verdict === 'unknown' && r.promises.length === 0 ? [r.remarks[0] ?? 'not judged'] : []),
  ]);
  const left = g.runs.flatMap((r) => r.leftovers.map((l) => `left behind: ${l}`));
  const rest = caseOf({ name: provesSomething, claim: null, violated, reasons, bases: [] }, g);
  if (left.length === 0 || rest.kind === 'violated') return rest;
  return { ...rest, kind: 'unknown', reasons: told([...left, ...rest.reasons]) };
}

interface Facts {
  readonly name: string;
  readonly claim: string | null;
  readonly violated: readonly Finding[];
  /** One for each run in which it was unknown. */
  readonly reasons: readonly string[];
  readonly bases: readonly string[];
}

function caseOf({ name, claim, violated, reasons, bases }: Facts, g: CaseGround): Case {
  const runs = g.runs.length;
  const isUnknown =
    tooManyUnknown(reasons.length, runs) || (g.verdict === 'unknown' && reasons.length > 0);
  const common = { name, claim, runs, unknownRuns: reasons.length };
  if (runs === 0) {
    return { ...common, kind: g.verdict, violated: [], reasons: [g.whyNot] };
  }
  // A shrunk story first; otherwise the first seed.
  const shown = violated.toSorted(
    (a, b) => Number(a.counterexample === null) - Number(b.counterexample === null),
  );
  const kind = violated.length > 0 ? 'violated' : isUnknown ? 'unknown' : 'holds';
  return {
    ...common,
    kind,
    violated: shown,
    reasons: told(kind === 'holds' ? [...reasons, ...bases] : reasons),
  };
}

function findingOf(run: Run, id: string | null, sentences: readonly string[]): Finding {
  const { seed, counterexample } = run;
  const isOwn = counterexample !== null && counterexample.promise === id;
  if (!isOwn) return { seed, sentences, counterexample: null };
  return { seed, sentences: counterexample.sentences, counterexample };
}

function told(reasons: readonly string[]): string[] {
  const all = [...new Set(reasons)];
  const rest = all.length - reasonsMax;
  return rest <= 0 ? all : [...all.slice(0, reasonsMax), `and ${rest} more`];
}

/** A recorded history has one case: what it was checked against. */
function suiteOfCheck(c: RecordOf<'check'>, again: string): Suite {
  const sentences = c.sentences ?? [];
  const finding = { seed: 0, sentences, counterexample: null };
  const one: Case = {
    name: 'history',
    claim: null,
    kind: c.verdict,
    runs: 1,
    violated: c.verdict === 'violated' ? [finding] : [],
    unknownRuns: c.verdict === 'unknown' ? 1 : 0,
    reasons: c.verdict === 'violated' ? [] : sentences,
  };
  return {
    name: c.file,
    claim: 'The recorded history keeps what its model promises.',
    environment: 'recorded',
    from: null,
    again,
    verdict: c.verdict,
    runs: 1,
    operations: c.operations,
    effective: 0,
    cases: [one],
  };
}
