/** The agent of a node or client: in it run the parts of the list. */
import { lane } from '../mechanism.ts';
import { createAgent } from './agent.ts';
import { behaviourRules } from './behaviour.ts';
import { agentMutants } from './mutants.ts';
import { coordination } from './promise.ts';

export const agent = lane({
  id: 'agent',
  requirements: ['I5', 'M1'],
  what: 'runs the parts of a node or client, and tells them of its mode',
  rules: behaviourRules,
  machine: createAgent,
  promises: [coordination()],
  mutants: agentMutants,
});
