/** Feature flags (C5), evaluated where they are used. */
import { ConfigCopy } from '../config-copy/config-copy.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { part } from '../mechanism.ts';
import { flagsOf } from './config.ts';
import { Flags } from './flags.ts';
import { flagKillBounded } from './judge/flag-kill-bounded.ts';
import { flagRulesKept } from './judge/flag-rules.ts';
import { flagStable } from './judge/flag-stable.ts';
import { flagsByMode } from './judge/flags-by-mode.ts';
import { flagMode } from './mode.ts';
import { flagMutants } from './mutants.ts';
import { flagRules } from './rules.ts';
import { flagKilled } from './scenario.ts';

export const flags = part({
  id: 'flags',
  requirements: ['C5'],
  what: 'feature flags: split by a stable hash, segments, a kill switch; evaluated without a message',
  rules: flagRules,
  make: ({ io, config: { settings }, part: get }, rules) =>
    new Flags(io, get(ConfigCopy), get(EvidenceBook), { config: flagsOf(settings), rules }),
  operations: { evaluate: (part, c, done) => part.asked(c, done) },
  mode: flagMode,
  promises: [flagRulesKept(), flagStable(), flagKillBounded(), flagsByMode()],
  mutants: flagMutants,
  scenarios: [flagKilled],
});
