/** Callers that spare instances which have just come, until they are warm (W2, I4). */
import { Discovery } from '../discovery/discovery.ts';
import { part } from '../mechanism.ts';
import { warmUpOf } from './config.ts';
import { growthCarried } from './judge/growth-carried.ts';
import { newcomersSpared } from './judge/newcomers-spared.ts';
import { newcomersUsed } from './judge/newcomers-used.ts';
import { warmUpMutants } from './mutants.ts';
import { warmUpRules } from './rules.ts';
import { blackFriday } from './scenario.ts';
import { WarmUp } from './warm-up.ts';

export const warmUp = part({
  id: 'warm-up',
  requirements: ['W2', 'I4'],
  what: 'sends an instance that has just come a little, then more, until it is warm',
  rules: warmUpRules,
  make: ({ io, config, part: get }, rules) =>
    new WarmUp(io, get(Discovery), warmUpOf(config.settings), rules),
  mode: {
    cells: [
      {
        mode: 'recovery',
        row: 'discovery',
        what: 'who comes back is sent a little at first, where callers warm it up',
        promise: 'newcomers-spared',
      },
    ],
  },
  promises: [newcomersSpared(), newcomersUsed(), growthCarried()],
  mutants: warmUpMutants,
  scenarios: [blackFriday],
});
