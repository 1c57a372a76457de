/** Keys (C1), the sessions of those who change them (R8), and watches of both (D3). */
import type { Json } from '../../harness/core/host.ts';
import { table } from '../mechanism.ts';
import { ordersInOneOrder } from './judge/orders-in-one-order.ts';
import { ordersInTurn } from './judge/orders-in-turn.ts';
import { stateAgrees } from './judge/state-agrees.ts';
import { keyRules } from './key-rules.ts';
import { keyOperations } from './operations.ts';
import { storeMutants } from './mutants.ts';
import { forgottenSessions } from './scenarios/forgotten-sessions.ts';
import { listsInPages } from './scenarios/lists-in-pages.ts';
import { bellInTurn, openingBell } from './scenarios/opening-bell.ts';

export const keys = table({
  id: 'store',
  requirements: ['C1', 'D3', 'R8', 'I6'],
  what: 'a key-value store: linearizable, each change executed once, watched in order',
  rules: keyRules,
  operations: {
    read: ({ key }) => ({ f: 'read', key }),
    'read-stale': ({ key }, seen) => ({ f: 'read-stale', key, seen }),
    write: ({ key, value }) => ({ f: 'write', key, value }),
    cas({ key, value }) {
      if (!Array.isArray(value) || value.length !== 2) return null;
      const [from, to] = value as [Json, Json];
      return { f: 'cas', key, from, to };
    },
    delete: ({ key }) => ({ f: 'delete', key }),
    ...keyOperations,
    'write-all': ({ value }) => (isRecord(value) ? { f: 'write-all', values: value } : null),
  },
  promises: [
    'linearizable',
    'executed-once',
    'definite-failures',
    'session-guarantees',
    'watch-guarantees',
    'watch-told',
    'strict-serializable',
    'every-request-answered',
    stateAgrees(),
    ordersInOneOrder(),
    ordersInTurn(),
  ],
  mutants: storeMutants,
  scenarios: [openingBell, bellInTurn, listsInPages, forgottenSessions],
});

function isRecord(v: Json): v is Readonly<Record<string, Json>> {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}
