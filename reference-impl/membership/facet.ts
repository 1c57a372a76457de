/** What exploration tells nodes apart by: the worst that one believes of another. */
import type { Facet } from '../../harness/core/system.ts';
import type {} from './observations.ts';

export const membershipFacet: Facet = {
  name: 'members',
  values: ['alive', 'left', 'suspect', 'dead'],
  read: (o) =>
    o.kind === 'members'
      ? o.news.map(({ member, status }) => ({ value: status, subject: String(member) }))
      : null,
};
