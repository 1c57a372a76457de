/** Watches of the store that an agent keeps, each with its background refresh (D3, D4). */
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import type { StoreEvents, StoreWatchFailed } from '../store/protocol.ts';
import { subscriptionMutants } from './mutants.ts';
import { subscriptionRules } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';

export const subscriptions = part({
  id: 'subscriptions',
  requirements: ['D3', 'D4'],
  what: 'follows what the store pushes, and finds what was lost on its way',
  rules: subscriptionRules,
  make: ({ io, part: get }, rules) => new Subscriptions(io, get(StoreClient), rules),
  messages: {
    events: (all, from, m: StoreEvents) => all.events(from, m),
    'watch-failed': (all, from, m: StoreWatchFailed) => all.failed(from, m),
  },
  mutants: subscriptionMutants,
});
