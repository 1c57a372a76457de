/** One thing that an adapter must do, or must not. */
import { Bench } from './bench.ts';
import type { Client, Subject } from './bench.ts';

export interface Check {
  readonly claim: string;
  /** Operations that it asks for: it is not made of a system that lacks one. */
  readonly needs: readonly string[];
  run(subject: Subject): Promise<string | null>;
}

/** A check that needs no more than clients. */
export function check(
  claim: string,
  needs: readonly string[],
  body: (bench: Bench, a: Client, b: Client) => Promise<string | null>,
): Check {
  return {
    claim,
    needs,
    async run(subject) {
      using bench = new Bench(subject);
      // Awaited here: sessions are closed where the block ends.
      return await body(bench, await bench.open(), await bench.open());
    },
  };
}
