/** What exploration tells nodes apart by: the worst of their circuits. */
import type { Facet } from '../../harness/core/system.ts';
import type {} from './observations.ts';

export const circuitFacet: Facet = {
  name: 'circuits',
  values: ['closed', 'half-open', 'open'],
  read: (o) => (o.kind === 'circuit' ? { value: o.to, subject: o.service } : null),
};
