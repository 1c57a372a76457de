/** Metrics of a node, as Prometheus scrapes them. */
import { front } from '../mechanism.ts';

export const metrics = front({
  id: 'metrics',
  requirements: ['O1'],
  what: 'tells what its node observes as figures: GET /metrics',
  rules: {},
  load: async () => (await import('./route.ts')).metricsRoute,
});
