/** The HTTP API of a node, for people with curl. */
import { front } from '../mechanism.ts';

export const http = front({
  id: 'http',
  requirements: [],
  what: 'keys, services, locks, transactions and watches over HTTP, with doubts told as they are',
  rules: {},
  load: async () => (await import('./api.ts')).nodeApi,
});
