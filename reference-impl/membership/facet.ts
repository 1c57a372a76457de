/** What exploration tells nodes apart by: the worst that one believes of another. */
import type { Facet } from '../../harness/core/system.ts';
import type {} from './observations.ts';

export const membershipFacet: Facet = {
  name: 'members',
  values: ['alive', 'left', 'suspect', 'dead'],
  read: (o) => (o.kind === 'member' ? { value: o.status, subject: String(o.member) } : null),
};
