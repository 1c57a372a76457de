/** Double barriers: all come before anybody goes on, and all go before anybody is done (L2). */
import { table } from '../mechanism.ts';
import { barrierMutants } from './mutants.ts';
import { barrierOp } from './operations.ts';
import { barrierRules } from './rules.ts';

export const barriers = table({
  id: 'barriers',
  requirements: ['L2'],
  what: 'barriers: all come before anybody goes on, and all go before anybody is done',
  rules: barrierRules,
  operations: { 'enter-barrier': barrierOp, 'leave-barrier': barrierOp },
  promises: ['barrier-together', 'barrier-opens'],
  mutants: barrierMutants,
});
