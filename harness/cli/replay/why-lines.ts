/** `antlion replay --why`: which fault mattered, and what to change. */
import type { Environment, Run } from '../../core/environment.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { Program } from '../../core/program.ts';
import type { System } from '../../core/system.ts';
import type { Verdict, VerdictKind } from '../../core/verdict.ts';
import { fewerView } from '../../page/prepare/fewer.ts';
import { stepViews } from '../../page/prepare/violation.ts';
import { wrap } from '../../report/wrap.ts';
import { oneFewer } from '../../runner/one-fewer.ts';
import { remediesFor } from './remedies.ts';
import { judgedBy } from './violation-views.ts';

export interface WhyGround {
  readonly system: System;
  readonly environment: Environment<Run | Promise<Run>>;
  readonly program: Program;
  readonly invariant: Invariant;
  readonly run: Run;
  readonly verdict: Verdict & { readonly kind: 'violated' };
  readonly signal: AbortSignal;
}

/** One more run for each step of the program, in simulation. */
export async function whyLines(g: WhyGround): Promise<string[]> {
  const { system, environment, program, invariant, signal } = g;
  const attempt = (p: Program): Run | Promise<Run> => {
    signal.throwIfAborted();
    return environment.run(system, p, { monitors: [invariant] });
  };
  const again = environment.time === 'virtual' ? attempt : null;
  const change = await remediesFor(system, program, invariant.id, judgedBy(again, invariant));
  return [
    '',
    'Which fault mattered:',
    ...(again === null
      ? wrap('Not known: in real time two runs of one program differ by themselves.', 2)
      : await matteredLines(g, again)),
    '',
    'What to change:',
    ...change.flatMap((text) => wrap(`- ${text}`, 2, 4)),
  ];
}

async function matteredLines(
  { program, run, invariant, verdict }: WhyGround,
  attempt: (program: Program) => Run | Promise<Run>,
): Promise<string[]> {
  const { ops } = verdict.explanation;
  const fewer = await oneFewer(program, run.history, invariant, ops, attempt);
  const steps = stepViews(program, run.history, ops);
  const { says, tries } = fewerView(fewer, run.history, program, steps, '');
  return [
    ...wrap(says, 2),
    '  The same run, without one step at a time:',
    ...tries.flatMap((t) => wrap(`${words[t.verdict].padEnd(9)} without ${t.without}`, 4, 14)),
  ];
}

const words: Readonly<Record<VerdictKind, string>> = {
  holds: 'kept',
  violated: 'broken',
  unknown: 'unknown',
};
