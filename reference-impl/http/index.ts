/** The HTTP API of a node, for people with curl. */
import { front } from '../mechanism.ts';

export const http = front({
  id: 'http',
  requirements: [],
  what: 'asks components over HTTP, and tells doubts as they are',
  rules: {},
  load: async () => (await import('../api.ts')).nodeApi,
});
