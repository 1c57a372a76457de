/** The run with one step less, as what a page shows of it. */
import { isOperation } from '../../core/history.ts';
import type { History, HistoryEvent, OperationEvent } from '../../core/history.ts';
import type { Program } from '../../core/program.ts';
import type { VerdictKind } from '../../core/verdict.ts';
import { describeEvent } from '../../runner/describe-event.ts';
import { describeAsked, describeEnd } from '../../runner/narrate.ts';
import type { OneFewer, Step, WithoutStep } from '../../runner/one-fewer.ts';
import type { DifferenceView, FewerView, StepView } from '../view.ts';

/** `steps` are those of the run that breaks the promise; `run` is the id of the nearest one's view. */
export function fewerView(
  fewer: OneFewer,
  history: History,
  program: Program,
  steps: readonly StepView[],
  run: string,
): FewerView {
  const { nearest } = fewer;
  const tries = fewer.tries.flatMap((t) => {
    const name = stepName(t.step, steps);
    if (name === null) return [];
    const [op, fault] = [idOf(t.step, 'op'), idOf(t.step, 'fault')];
    return [{ without: name, op, fault, verdict: t.verdict.kind }];
  });
  const place = (text: string): number => steps.findIndex((s) => s.text === text);
  tries.sort((a, b) => place(a.without) - place(b.without));
  return {
    says: matteredText(tries),
    tries,
    nearest:
      nearest === null
        ? null
        : {
            run,
            without: stepName(nearest.step, steps) ?? 'a step that is not told',
            differs: nearest.differs === null ? null : told(nearest.differs, program),
            answers: answers(history, nearest, program),
          },
  };
}

/** Which faults mattered: those without any of which the promise is kept. */
export function matteredText(tries: FewerView['tries']): string {
  const faults = tries.filter((t) => t.fault !== null);
  if (faults.length === 0) return 'No fault mattered: the run has none.';
  const named = (verdict: VerdictKind): string[] =>
    faults.filter((t) => t.verdict === verdict).map((t) => t.without);
  const [needed, idle, open] = [named('holds'), named('violated'), named('unknown')];
  return [
    ...(needed.length > 0
      ? [
          `It took ${needed.join(', and ')}: without ${needed.length === 1 ? 'it' : 'any of these'} the promise is kept.`,
        ]
      : ['No fault alone mattered.']),
    ...(idle.length > 0 ? [`Without ${idle.join(', or ')} the promise is broken as well.`] : []),
    ...(open.length > 0 ? [`What becomes of it without ${open.join(', or ')} is unknown.`] : []),
  ].join(' ');
}

function idOf(step: Step, of: 'op' | 'fault'): number | null {
  return of in step ? (Object.values(step)[0] as number) : null;
}

/** Null: it was left out of the story, and so of the table. */
function stepName(step: Step, steps: readonly StepView[]): string | null {
  const found = steps.find((s) => ('fault' in step ? s.fault === step.fault : s.op === step.op));
  return found?.text ?? null;
}

type Pair = { readonly here: HistoryEvent | null; readonly there: HistoryEvent | null };

function told({ here, there }: Pair, program: Program): DifferenceView {
  const atUs = Math.min(here?.timeUs ?? Infinity, there?.timeUs ?? Infinity);
  const say = (e: HistoryEvent | null): string =>
    e === null ? 'the run is over' : describeEvent(e, program.shape);
  return { atUs, here: say(here), there: say(there) };
}

/** The first operation of both that ended otherwise. */
function answers(history: History, nearest: WithoutStep, program: Program): DifferenceView | null {
  const [here, there] = [endsOf(history), endsOf(nearest.run.history)];
  for (const [op, { begin, end }] of here) {
    const other = there.get(op);
    if (other === undefined) continue;
    const [a, b] = [end, other.end].map((e) => JSON.stringify([e?.type, e?.value]));
    if (a === b) continue;
    const say = (b_: OperationEvent, e: OperationEvent | undefined): string =>
      `c${b_.process % Math.max(1, program.shape.clients)} ${describeAsked(b_)} → ${describeEnd(program.shape, b_, e)}`;
    return { atUs: begin.timeUs, here: say(begin, end), there: say(other.begin, other.end) };
  }
  return null;
}

function endsOf({ events }: History): Map<number, { begin: OperationEvent; end?: OperationEvent }> {
  const all = new Map<number, { begin: OperationEvent; end?: OperationEvent }>();
  for (const e of events) {
    if (!isOperation(e)) continue;
    const begun = all.get(e.op);
    if (e.type === 'invoke') all.set(e.op, { begin: e });
    else if (begun !== undefined) begun.end = e;
  }
  return all;
}
