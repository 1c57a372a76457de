/** Subscriptions broken: what is old is taken for news. */
import type { Mutants } from '../mechanism.ts';
import type { SubscriptionRules } from './subscription.ts';

export const subscriptionMutants: Mutants<SubscriptionRules> = {
  // Envoy#15767: an old version is applied over a newer one.
  'config-goes-back': {
    difficulty: 'hard',
    what: 'what a slow or deposed leader sends undoes a newer configuration',
    breaks: ['copies-advance', 'copies-agree', 'config-converges', 'watch-guarantees'],
    rules: {
      mayTake: () => true,
      isNews: (revision, held) => revision !== held,
    },
  },
  // etcd#20221, etcd#15271.
  'watch-goes-back': {
    difficulty: 'hard',
    what: 'a watcher takes changes again that come late or twice',
    breaks: ['copies-advance', 'copies-agree', 'watch-guarantees'],
    rules: { isNews: () => true },
  },
};
