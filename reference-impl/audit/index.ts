/** Settings with an audit, roll-back, and overrides that end (C3). */
import { ConfigCopy } from '../config-copy/config-copy.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import { Audit } from './audit.ts';
import { auditOf } from './config.ts';
import { auditComplete } from './judge/audit-complete.ts';
import { entriesTrue } from './judge/entries-true.ts';
import { overridesCleaned } from './judge/overrides-cleaned.ts';
import { overrideExpires } from './judge/override-expires.ts';
import { auditMutants } from './mutants.ts';
import type {} from './observations.ts';
import { auditRules } from './rules.ts';
import { overrideAt24Hours, settingsAudited } from './scenario.ts';
import { overridesCleanedUp } from './scenarios/overrides-cleaned-up.ts';
import { settingsWrittenBeside } from './scenarios/settings-written-beside.ts';

export const audit = part({
  id: 'audit',
  requirements: ['C3', 'I8'],
  what: 'changes of settings by who may, written down in a chain of hashes; roll-back; overrides that end',
  rules: auditRules,
  make({ io, spec, config: { settings }, part: get }, rules) {
    const from = { copy: get(ConfigCopy), book: get(EvidenceBook) };
    const endsOverrides = spec?.role === 'server';
    return new Audit(io, get(StoreClient), from, {
      config: auditOf(settings),
      rules,
      endsOverrides,
    });
  },
  operations: {
    'set-setting': (part, c, done) => part.asked('set', c, done),
    override: (part, c, done) => part.asked('override', c, done),
    'roll-back': (part, c, done) => part.asked('roll-back', c, done),
    'audit-log': (part, c, done) => part.log(c, done),
  },
  mode: {
    cells: [
      {
        mode: 'target',
        row: 'config',
        what: 'no override of before Recovery is left over',
        promise: 'overrides-cleaned',
      },
      {
        mode: 'recovery',
        row: 'config',
        what: 'overrides are cleaned up before the load comes back',
        promise: 'overrides-cleaned',
      },
    ],
  },
  promises: [auditComplete(), entriesTrue(), overrideExpires(), overridesCleaned()],
  mutants: auditMutants,
  scenarios: [settingsAudited, settingsWrittenBeside, overrideAt24Hours, overridesCleanedUp],
});
