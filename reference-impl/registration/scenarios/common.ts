/** The cluster whose nodes are stopped. */
import { cluster } from '../../../harness/spec.ts';
import type { Shape } from '../../../harness/spec.ts';

export function frontCallsBack(clients: number): Shape {
  return cluster({
    servers: 3,
    services: [
      { name: 'front', instances: 2, calls: ['back'] },
      { name: 'back', instances: 2 },
    ],
    clients,
  });
}
