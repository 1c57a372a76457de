/** What is told of a broken promise: facts tied to their operations, steps tied to theirs. */
import { moment } from '../../checkers/words.ts';
import { isOperation } from '../../core/history.ts';
import type { History, OperationEvent } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import type { Explanation, Verdict } from '../../core/verdict.ts';
import { describeAsked, describeResult, narrate } from '../../runner/narrate.ts';
import { transactionText } from '../../workload/txn/words.ts';
import type { CodeView, CycleView, FactView, StepView, ViolationView } from '../view.ts';
import { sessionsView } from './sessions.ts';
import { watchesView } from './watches.ts';

export interface ViolationGround {
  readonly history: History;
  readonly program: Program;
  readonly verdict: Verdict & { readonly kind: 'violated' };
  /** How it was shrunk, or why not. */
  readonly note: string;
  readonly codes: readonly CodeView[];
}

/** Without the picture of an order or a cycle, and without what it is compared with. */
export function violationView(g: ViolationGround): ViolationView {
  const { explanation, invariant, claim } = g.verdict;
  const cycle = cycleOf(explanation, g.history);
  return {
    promise: invariant,
    claim,
    atUs: explanation.atUs,
    // Each edge of a cycle is a fact about the transaction that it leaves.
    facts:
      cycle === null
        ? factsOf(explanation.sentences, explanation.ops, g.history, g.program)
        : cycle.reasons.map((text, i) => ({ text, ops: [cycle.nodes[i]?.op ?? -1] })),
    ops: explanation.ops,
    steps: stepViews(g.program, g.history, explanation.ops),
    note: g.note,
    codes: g.codes,
    order: null,
    cycle,
    watches:
      invariant === 'watch-guarantees'
        ? watchesView(g.history, g.program.shape.clients, explanation.ops)
        : null,
    sessions: invariant === 'session-guarantees' ? sessionsOf(g) : null,
    fewer: null,
    change: [],
  };
}

function sessionsOf({ history, program, verdict }: ViolationGround): ViolationView['sessions'] {
  return sessionsView({
    events: history.events,
    named: verdict.explanation.ops,
    whoOf: (process) => whoOf(process, program.shape.clients),
    textOf: (invoke, ok) =>
      `${describeAsked(invoke)}${invoke.f.startsWith('read') ? ` →${describeResult(ok.f, ok.value)}` : ''}`,
  });
}

/** The story of the run as steps. */
export function stepViews(
  program: Program,
  history: History,
  named: readonly number[],
): StepView[] {
  return narrate(program, history, named).map((told) => ({
    kind: told.kind,
    atUs: told.timeUs,
    text: told.text,
    op: told.op ?? null,
    fault: told.fault ?? null,
  }));
}

/**
 * A sentence is about an operation when it names its client and one of its moments, as sentences of
 * judges do. One that says nothing of that kind is about none.
 */
function factsOf(
  sentences: readonly string[],
  ops: readonly number[],
  history: History,
  { shape }: Program,
): FactView[] {
  const named = new Set(ops);
  const marks = new Map<number, { who: string; moments: string[] }>();
  history.events.forEach((e, at) => {
    if (!isOperation(e) || !named.has(e.op)) return;
    const mark = marks.get(e.op) ?? { who: whoOf(e.process, shape.clients), moments: [] };
    mark.moments.push(moment(e.timeUs, at));
    marks.set(e.op, mark);
  });
  return joined(sentences).map((text) => ({ text, ops: opsIn(text, marks) }));
}

/** A head, as `front-1:`, is no fact: it stands before the first that it is of. */
function joined(sentences: readonly string[]): readonly string[] {
  const facts: string[] = [];
  let head = '';
  for (const s of sentences) {
    if (s.endsWith(':')) head = `${s} `;
    else {
      facts.push(`${head}${s}`);
      head = '';
    }
  }
  return head === '' ? facts : [...facts, head.trimEnd()];
}

function whoOf(process: number, clients: number): string {
  return `c${process % Math.max(1, clients)}`;
}

/** Those whose client and moment a sentence names. */
export function opsIn(
  text: string,
  marks: ReadonlyMap<number, { readonly who: string; readonly moments: readonly string[] }>,
): number[] {
  const has = (part: string): boolean => {
    const literal = part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(`(?<![\\w.])${literal}(?!\\w|\\.\\d)`).test(text);
  };
  return [...marks]
    .filter(([, { who, moments }]) => has(who) && moments.some(has))
    .map(([op]) => op);
}

/** Of transactions: those that explain each other, each of which comes before the next for a reason of its own. */
function cycleOf({ sentences, ops }: Explanation, { events }: History): CycleView | null {
  const [head = '', ...reasons] = sentences;
  const name = /^This is ([^:]+):$/.exec(head)?.[1];
  if (name === undefined || ops.length < 2 || reasons.length !== ops.length) return null;
  const titles = titlesOf(reasons, ops, events);
  return {
    name,
    nodes: ops.map((op) => {
      const own = events.filter((e): e is OperationEvent => isOperation(e) && e.op === op);
      const told = own.findLast((e) => e.type === 'ok' || e.type === 'invoke');
      const isAsked = told?.type === 'invoke';
      const title = titles.get(op) ?? `operation ${op}`;
      return { op, title, text: transactionText(told?.value ?? null, isAsked) };
    }),
    reasons,
  };
}

/** What sentences call each: their numbers grow with the calls. Empty where they do not name as many. */
function titlesOf(
  reasons: readonly string[],
  ops: readonly number[],
  events: History['events'],
): ReadonlyMap<number, string> {
  const names = new Set(reasons.flatMap((r) => r.match(/\bT\d+ of (?:process )?[\w-]+/g) ?? []));
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0]);
  const sorted = [...names].sort((a, b) => number(a) - number(b));
  const called = [...new Set(events.flatMap((e) => (e.type === 'invoke' ? [e.op] : [])))];
  const own = called.filter((op) => ops.includes(op));
  return new Map(own.length === sorted.length ? own.map((op, i) => [op, sorted[i] ?? '']) : []);
}
