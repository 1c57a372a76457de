/** Schedulers that place pods on machines, several at once (W3). */
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import { schedulingOf } from './config.ts';
import { noOvercommit } from './judge/no-overcommit.ts';
import { noneStarved } from './judge/none-starved.ts';
import { placedWhereAllowed } from './judge/placed-where-allowed.ts';
import { schedulingMutants } from './mutants.ts';
import { schedulingRules } from './rules.ts';
import { threeSchedulers } from './scenario.ts';
import { Scheduling } from './scheduling.ts';

export const scheduling = part({
  id: 'scheduling',
  requirements: ['W3'],
  what: 'places pods on machines by what it knows, on condition that it is still so',
  rules: schedulingRules,
  make: ({ io, config, part: get }, rules) =>
    new Scheduling(io, get(StoreClient), schedulingOf(config.settings), rules),
  operations: { schedule: (part, c, done) => part.schedule(c, done) },
  promises: [noOvercommit(), placedWhereAllowed(), noneStarved()],
  mutants: schedulingMutants,
  scenarios: [threeSchedulers],
});
