/** Copies of the store's lists: watched, and compared every few seconds (D3, D4). */
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import type { StoreEvents, StoreWatchFailed } from '../store/protocol.ts';
import { subscriptionMutants } from './mutants.ts';
import { copiesAgree } from './promise.ts';
import { subscriptionRules } from './subscription.ts';
import { Subscriptions } from './subscriptions.ts';

export const subscriptions = part({
  id: 'subscriptions',
  requirements: ['D3', 'D4'],
  what: 'follows what the store pushes, and finds by digest what was lost on its way',
  rules: subscriptionRules,
  make: ({ io, part: get }, rules) => new Subscriptions(io, get(StoreClient), rules),
  messages: {
    events: (all, from, m: StoreEvents) => all.events(from, m),
    'watch-failed': (all, from, m: StoreWatchFailed) => all.failed(from, m),
  },
  promises: [copiesAgree()],
  mutants: subscriptionMutants,
});
