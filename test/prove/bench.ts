/** The mutants that were not made for a story: they measure. */
import { heldOutMutants } from '../../reference-impl/consensus/held-out.ts';
import { mutants } from '../../reference-impl/system.ts';

/**
 * Bugs that products had, and bugs of servers that were written down before anybody looked at what notices them;
 * without those that no story is known to show.
 */
export const benchMutants: readonly string[] = Object.keys(mutants).filter((id) => {
  const { from, missed } = mutants[id] ?? {};
  return missed === undefined && (from !== undefined || Object.hasOwn(heldOutMutants, id));
});
