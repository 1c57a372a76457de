/**
 * State that mocha's hooks and the tests share.
 *
 * Not of a module: a test in TypeScript is often loaded by a loader's `require`, the hooks by an import, and
 * then every module of antlion is there twice.
 */
interface State {
  /** Names of properties under way, by ticket. */
  readonly open: Map<number, string>;
  next: number;
  /** Where regressions are kept. */
  regressions: unknown;
  /** Where counterexamples go that are too long for a token. */
  counterexamples: unknown;
}

const key = Symbol.for('antlion.runner');

export function processState(): State {
  const all = globalThis as unknown as Record<symbol, State | undefined>;
  return (all[key] ??= { open: new Map(), next: 0, regressions: null, counterexamples: null });
}
