/** Every broken variant of the node, by its id. */
import { HarnessError } from '../../harness/core/errors.ts';
import { agentMutants } from './agent.ts';
import { consensusMutants } from './consensus.ts';
import type { Changes, Mutants } from './mutant.ts';
import { modeMutants } from './modes.ts';
import { nodeMutants } from './node.ts';
import { storeMutants } from './store.ts';

export const mutants: Mutants = {
  ...consensusMutants,
  ...storeMutants,
  ...agentMutants,
  ...modeMutants,
  ...nodeMutants,
};

/** What the mutant called `id` changes; nothing for null. Throws E_MUTANT_UNKNOWN. */
export function mutantOf(id: string | null): Changes {
  if (id === null) return {};
  const found = mutants[id];
  if (found === undefined) {
    const known = Object.keys(mutants).join(', ');
    throw new HarnessError('E_MUTANT_UNKNOWN', `mutant is "${id}", wanted one of ${known}.`);
  }
  return found;
}
