/** The store's client: finds the leader, tries again, and never says more than it knows. */
import { part } from '../mechanism.ts';
import { Pacing } from '../pacing/pacing.ts';
import type { StoreResponse } from '../store/protocol.ts';
import { storeClientMutants } from './mutants.ts';
import { sessionRules } from './session.ts';
import { StoreClient } from './store-client.ts';

export const storeClient = part({
  id: 'store-client',
  requirements: ['I6', 'R8'],
  what: 'one session with the store: requests that are tried again and executed once',
  rules: sessionRules,
  make: ({ io, config, servers, timing, part: get }, rules) =>
    new StoreClient(io, servers, {
      self: config.id,
      deadlineUs: config.settings.deadlineUs,
      timing,
      pacing: get(Pacing),
      rules,
    }),
  messages: { response: (client, from, m: StoreResponse) => client.response(from, m) },
  mutants: storeClientMutants,
});
