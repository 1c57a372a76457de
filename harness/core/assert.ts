/** Bugs of ours are assertions; they are never caught and never turned into a verdict. */

/** Thrown when the program itself is wrong. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws unless `isTrue`. `facts` are both sides of the broken claim. */
export function assert(
  isTrue: boolean,
  claim: string,
  facts?: Readonly<Record<string, unknown>>,
): asserts isTrue {
  if (isTrue) return;
  const detail = facts === undefined ? '' : ` ${JSON.stringify(facts)}`;
  throw new AssertionError(`${claim}${detail}`);
}

/** Ends a `switch` over a union: adding a variant stops compiling here. */
export function unreachable(x: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(x)}`);
}
