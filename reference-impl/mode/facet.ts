/** What exploration tells nodes apart by: their modes. */
import type { Facet } from '../../harness/core/system.ts';
import type {} from './observations.ts';

export const modeFacet: Facet = {
  name: '',
  values: ['no mode', 'target', 'recovery', 'degraded', 'floor'],
  usual: ['no mode', 'target'],
  read: (o) => (o.kind === 'mode' ? { value: o.to } : null),
};
