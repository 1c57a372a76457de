/** Tables that place keys on instances: ring, rendezvous, jump, Maglev, and bounded loads (W1). */
import { part } from '../mechanism.ts';
import { hashingOf } from './config.ts';
import { Hashing } from './hashing.ts';
import { hotSpotBounded } from './judge/hot-spot-bounded.ts';
import { keysSpread } from './judge/keys-spread.ts';
import { movementMinimal } from './judge/movement-minimal.ts';
import { hashMutants } from './mutants.ts';
import { hashRules } from './rules.ts';
import { connectionsKept, hotKeys, keysStay } from './scenario.ts';

export const hashing = part({
  id: 'hashing',
  requirements: ['W1', 'W4', 'I4'],
  what: 'sends calls of one key to one instance, and moves few keys when instances come and go',
  rules: hashRules,
  make: ({ config }, rules) => new Hashing(hashingOf(config.settings), rules),
  promises: [movementMinimal(), keysSpread(), hotSpotBounded()],
  mutants: hashMutants,
  scenarios: [keysStay, connectionsKept, hotKeys],
});
