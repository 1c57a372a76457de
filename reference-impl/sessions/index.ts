/** Sessions that stay where they are while their caller is Degraded (W2, M). */
import { part } from '../mechanism.ts';
import { sessionsOf } from './config.ts';
import { sessionsStay } from './judge/sessions-stay.ts';
import { sessionMode } from './mode.ts';
import { sessionMutants } from './mutants.ts';
import { sessionRules } from './rules.ts';
import { Sessions } from './sessions.ts';

export const sessions = part({
  id: 'sessions',
  requirements: ['W2', 'M1'],
  what: 'keeps the calls of a session where they are while its node is Degraded, within a bound',
  rules: sessionRules,
  make: ({ config }, rules) => new Sessions(sessionsOf(config.settings), rules),
  mode: sessionMode,
  promises: [sessionsStay()],
  mutants: sessionMutants,
});
