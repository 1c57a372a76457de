/** What is known of a product is told from news: by setting and story, or by promise where it is a defect. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { knownAnomaly, knownSentence } from '../../harness/cli/verify/known-anomaly.ts';
import type { Anomaly } from '../../harness/systems/define-system.ts';

const setting: Anomaly = {
  what: 'A stale read.',
  flags: { reads: 'local' },
  scenario: 'late-followers',
  breaks: 'linearizable',
  source: 'https://example.org',
};
const defect: Anomaly = { ...setting, flags: {}, breaks: 'registered-found' };
const ofReleases: Anomaly = {
  ...setting,
  flags: { batch: '1' },
  scenario: 'watches-kill',
  breaks: 'watch-guarantees',
  defect: { broken: '3.5.2', clean: '3.5.35', mended: ['3.4.25', '3.5.8'] },
};
const another: Anomaly = { ...ofReleases, scenario: 'watches-calm' };

describe('a known anomaly', () => {
  const of = (flags: Record<string, string>, scenario: string, promise: string): string | null =>
    knownAnomaly([setting, defect], flags, { scenario, promise, version: null })?.breaks ?? null;

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

  it('of one trouble is news in others, and where the safe setting was given', () => {
    const jump: Anomaly = { ...defect, scenario: 'lock-clock', elsewhere: 'locks-clock' };
    const found = (scenario: string, flags = {}, safe?: Record<string, string>): boolean => {
      const about = { scenario, promise: jump.breaks, version: null };
      return knownAnomaly([{ ...jump, ...(safe && { safe }) }], flags, about) !== null;
    };
    assert.deepEqual(
      ['lock-clock', 'locks-clock', 'locks-kill'].map((s) => found(s)),
      [true, true, false],
    );
    const advisory = { locks: 'advisory' };
    assert.deepEqual(
      [found('lock-clock', advisory, advisory), found('lock-clock', advisory)],
      [false, true],
    );
  });

  it('is known by all that breaks with it', () => {
    const one: Anomaly = { ...setting, breaksToo: ['fencing'] };
    const about = { scenario: setting.scenario, version: null };
    const found = ['linearizable', 'fencing', 'mutual-exclusion'].map(
      (promise) => knownAnomaly([one], setting.flags, { ...about, promise }) === one,
    );
    assert.deepEqual(found, [true, true, false]);
  });

  it('is known with the setting that breaks, though the safe one is a part of it', () => {
    const flags = { locks: 'advisory', standby: 'on' };
    const about = { scenario: setting.scenario, promise: setting.breaks, version: null };
    const one: Anomaly = { ...setting, flags, safe: { standby: 'on' } };
    assert.equal(knownAnomaly([one], flags, about), one);
    assert.equal(knownAnomaly([one], { standby: 'on' }, about), null);
  });

  it('that is a defect of releases is known of those, first the one that its story shows', () => {
    const found = (version: string | null, scenario = 'watches-calm'): Anomaly | null =>
      knownAnomaly([ofReleases, another], {}, { scenario, promise: 'watch-guarantees', version });
    assert.equal(found('3.5.7')?.scenario, 'watches-kill');
    assert.equal(
      knownAnomaly(
        [ofReleases, another],
        { batch: 1 },
        {
          scenario: 'watches-calm',
          promise: 'watch-guarantees',
          version: '3.5.7',
        },
      ),
      another,
    );
    assert.equal(found(null, 'key-value'), ofReleases);
    assert.deepEqual([found('3.5.8'), found('3.6.0'), found('3.4.30')], [null, null, null]);
    assert.match(
      knownSentence(ofReleases),
      /^known of it: .* Mended in 3\.4\.25 and 3\.5\.8\. https:/,
    );
  });
});
