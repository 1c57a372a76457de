/**
 * Long work as a generator that yields between simulated runs: a property goes through it at one
 * go, the command line lets signals be seen in between.
 */

/** The result of `work`, done at one go. */
export function toTheEnd<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
