/** Which network members are put on: as asked for, and otherwise as their plan and the machine allow. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { arePeersOurs, networkFor } from '../../harness/attached/network.ts';
import type { LaunchPlan } from '../../harness/core/launch-plan.ts';
import { whyNoNamespaces, whyNoSwitch } from '../../harness/namespaces/support.ts';

describe('the network of members', () => {
  const kindAndWhy = (...of: Parameters<typeof networkFor>) => {
    const { kind, missing } = networkFor(...of);
    return { kind, missing };
  };
  const told: LaunchPlan = { command: ['server', '{{host}}', '{{port}}', '{{peers}}'] };
  const direct: LaunchPlan = { ...told, peers: { via: 'direct' } };

  it('is proxies where the plan tells links, whatever the machine allows', () => {
    assert.deepEqual(kindAndWhy(told), { kind: 'proxies', missing: null });
    assert.equal(arePeersOurs(told, networkFor(told)), true);
  });

  it('is namespaces where nothing else cuts members off, or says what is missing', () => {
    const why = whyNoNamespaces();
    const kind = why === null ? 'namespaces' : 'proxies';
    assert.deepEqual(kindAndWhy(direct), { kind, missing: why });
    assert.equal(arePeersOurs(direct, networkFor(direct)), why === null);
  });

  it('is proxies where members do not know each other, or listen on loopback alone', () => {
    const alone: LaunchPlan = { command: ['server', '{{host}}'], peers: { via: 'direct' } };
    assert.deepEqual(kindAndWhy(alone), { kind: 'proxies', missing: null });
    const looped: LaunchPlan = { command: ['server', '{{peers}}'], peers: { via: 'direct' } };
    assert.deepEqual(kindAndWhy(looped), {
      kind: 'proxies',
      missing: 'the plan does not say {{host}}',
    });
  });

  it('is what was asked for', () => {
    const asked = networkFor(direct, 'proxies');
    assert.equal(asked.missing, '--network proxies was asked for');
    assert.equal(arePeersOurs(direct, asked), false);
    const why = whyNoNamespaces();
    if (why === null) assert.equal(networkFor(told, 'namespaces').kind, 'namespaces');
    else assert.throws(() => networkFor(told, 'namespaces'), /E_NAMESPACES: .*--network proxies/);
  });

  it('is namespaces where a run wants packets disturbed, or says what is missing', () => {
    const why = whyNoSwitch();
    const { kind, noPackets } = networkFor(told, 'auto', true);
    assert.equal(kind, why === null ? 'namespaces' : 'proxies');
    if (why === null) assert.equal(noPackets, null);
    else assert.match(noPackets ?? '', /proxies carry connections, and no packets; .*they would/);
    const { noPackets: byProxies } = networkFor(told, 'proxies', true);
    assert.match(byProxies ?? '', /--network proxies was asked for/);
  });
});
