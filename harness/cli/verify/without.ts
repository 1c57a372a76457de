/** An environment in which some kinds of fault are left out, as the user asked, and told so. */
import type { Environment, Fitted, Run } from '../../core/environment.ts';
import type { Program } from '../../core/program.ts';

/** What is run still is what `fit` gave. */
export function without(
  environment: Environment<Promise<Run>>,
  kinds: readonly string[],
): Environment<Promise<Run>> {
  if (kinds.length === 0) return environment;
  return {
    ...environment,
    fit(drawn: Program): Fitted {
      const left = drawn.faults.filter((f) => !kinds.includes(f.kind));
      const gone = new Set(drawn.faults.filter((f) => kinds.includes(f.kind)).map((f) => f.kind));
      const rest = { ...drawn, faults: left };
      const { program, narrowed } = environment.fit?.(rest) ?? { program: rest, narrowed: [] };
      return { program, narrowed: [...[...gone].map((k) => `no ${k}: as asked`), ...narrowed] };
    },
  };
}
