/** Hedged calls within a budget (R6). */
import { Bulkhead } from '../bulkhead/bulkhead.ts';
import { part } from '../mechanism.ts';
import { hedgingOf } from './config.ts';
import { Hedging } from './hedging.ts';
import { hedgesBounded } from './judge/hedges-bounded.ts';
import { tailCut } from './judge/tail-cut.ts';
import { hedgingMutants } from './mutants.ts';
import { hedgingRules } from './rules.ts';
import { hedgedTail } from './scenario.ts';

export const hedging = part({
  id: 'hedging',
  requirements: ['R6'],
  what: 'asks another instance for what takes longer than nearly all calls, within a budget',
  rules: hedgingRules,
  make: ({ io, config, part: get }, rules) =>
    // The bulkhead is made later.
    new Hedging(io, () => get(Bulkhead), hedgingOf(config.settings), rules),
  promises: [hedgesBounded(), tailCut()],
  mutants: hedgingMutants,
  scenarios: [hedgedTail],
});
