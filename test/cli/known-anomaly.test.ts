/** What is known of a product is told from news: by setting and story, or by promise where it is a defect. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { knownAnomaly } from '../../harness/cli/known-anomaly.ts';
import type { Anomaly } from '../../harness/systems/define-system.ts';

const setting: Anomaly = {
  what: 'A stale read.',
  flags: { reads: 'local' },
  scenario: 'late-followers',
  breaks: 'linearizable',
  source: 'https://example.org',
};
const defect: Anomaly = { ...setting, flags: {}, breaks: 'registered-found' };

describe('a known anomaly', () => {
  const of = (flags: Record<string, string>, scenario: string, promise: string): string | null =>
    knownAnomaly([setting, defect], flags, scenario, promise)?.breaks ?? null;

  it('of a setting is known with that setting, in its story, of its promise', () => {
    assert.equal(of({ reads: 'local' }, 'late-followers', 'linearizable'), 'linearizable');
    assert.equal(of({ reads: 'quorum' }, 'late-followers', 'linearizable'), null);
    assert.equal(of({}, 'late-followers', 'linearizable'), null);
    assert.equal(of({ reads: 'local' }, 'key-value', 'linearizable'), null);
    assert.equal(of({ reads: 'local' }, 'late-followers', 'fencing'), null);
  });

  it('that is a defect is known wherever its promise breaks', () => {
    assert.equal(of({}, 'registrations-kill', 'registered-found'), 'registered-found');
    assert.equal(of({}, 'registrations-kill', 'ended-not-found'), null);
  });
});
