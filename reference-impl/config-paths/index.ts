/** Each configuration key says which path it travels: consensus or gossip (C4). */
import { part } from '../mechanism.ts';
import { configPathsOf } from './config.ts';
import { consensusKeysCurrent } from './judge/consensus-keys-current.ts';
import { gossipKeysTaken } from './judge/gossip-keys-taken.ts';
import { pathMutants } from './mutants.ts';
import { ConfigPaths } from './paths.ts';
import { pathRules } from './rules.ts';
import { pathByKey } from './scenario.ts';

export const configPaths = part({
  id: 'config-paths',
  requirements: ['C4', 'I2'],
  what: 'configuration keys that travel by consensus or by gossip, as their prefix says',
  rules: pathRules,
  make: ({ config: { id, settings }, perform }, rules) =>
    new ConfigPaths({ self: id, config: configPathsOf(settings), rules, perform }),
  operations: {
    'put-config': (part, c, done) => part.put(c, done),
    'get-config': (part, c, done) => part.get(c, done),
  },
  questions: { 'config-paths': (part) => part.tell() },
  http: { '/paths': 'config-paths' },
  promises: [consensusKeysCurrent(), gossipKeysTaken()],
  mutants: pathMutants,
  scenarios: [pathByKey],
});
