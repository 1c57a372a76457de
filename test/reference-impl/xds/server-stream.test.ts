/** What a control plane may conclude from what it has sent and what it was told, while answers are on their way. */
import assert from 'node:assert/strict';
import type {
  DeltaRequest,
  ResourceType,
  XdsResponse,
} from '../../../reference-impl/xds/messages.ts';
import { xdsRules } from '../../../reference-impl/xds/rules.ts';
import { ServerStream } from '../../../reference-impl/xds/server-stream.ts';
import { Snapshot } from '../../../reference-impl/xds/snapshot.ts';

const draining: never[] = [];

/** One service, whose cluster is `front/SET`. */
function plan(set: string, connectMs = 500): Snapshot {
  const config = { 'config/mesh/routes/front': { set, connectMs } };
  return new Snapshot({ entries: [], services: ['front'], config, draining });
}

function ask(type: ResourceType, over: Partial<DeltaRequest> = {}): DeltaRequest {
  const nothing = { nonce: '', subscribe: [], unsubscribe: [], initial: {}, error: null };
  return { protocol: 'delta', type, ...nothing, ...over };
}

function said(responses: readonly XdsResponse[]): string {
  const one = ({ type, nonce, resources, removed }: XdsResponse): string => {
    const names = resources.map((r) => `+${r.name}`).concat(removed.map((name) => `-${name}`));
    return `${type} ${nonce}: ${names.join(' ')}`;
  };
  return responses.map(one).join(', ');
}

const versionOf = (p: Snapshot, type: ResourceType, name: string): string =>
  p.get(type, name)?.version ?? '';

describe('a control plane on one stream', () => {
  it('leads no route to a cluster whose endpoints go with a change that is in flight', () => {
    const [a, b] = [plan('a'), plan('b')];
    const has = (type: ResourceType, name: string): Partial<DeltaRequest> => ({
      initial: { [name]: versionOf(a, type, name) },
    });
    const stream = new ServerStream(xdsRules, b);
    assert.equal(said(stream.take(ask('cds', has('cds', 'front/a')))), 'cds 1: +front/b -front/a');
    assert.equal(said(stream.setPlan(a)), 'cds 2: +front/a -front/b');
    // What the client says here is true now, and no longer once it takes response 1.
    stream.take(ask('eds', { subscribe: ['front/a'], ...has('eds', 'front/a') }));
    stream.take(ask('lds', { subscribe: ['front'], ...has('lds', 'front') }));
    const early = stream.take(ask('rds', { subscribe: ['front'], initial: { front: 'older' } }));
    assert.ok(!said(early).includes('rds'), said(early));

    stream.take(ask('cds', { nonce: '1' }));
    stream.take(ask('eds', { unsubscribe: ['front/a'] }));
    stream.take(ask('cds', { nonce: '2' }));
    const [endpoints] = stream.take(ask('eds', { subscribe: ['front/a'] }));
    assert.equal(endpoints?.resources[0]?.name, 'front/a');
    const then = stream.take(ask('eds', { nonce: endpoints.nonce }));
    assert.match(said(then), /^rds \d+: \+front$/);
  });

  it('gives back nothing that is being taken away because what is planned was refused', () => {
    const stream = new ServerStream(xdsRules, plan('a'));
    stream.take(ask('cds'));
    stream.take(ask('cds', { nonce: '1' }));
    assert.equal(said(stream.setPlan(plan('a', 0))), 'cds 2: +front/a');
    assert.equal(said(stream.take(ask('cds', { nonce: '2', error: 'connect timeout' }))), '');
    assert.equal(said(stream.setPlan(plan('c'))), 'cds 3: +front/c -front/a');
    assert.equal(said(stream.setPlan(plan('a', 0))), 'cds 4: -front/c');
    assert.equal(said(stream.take(ask('cds', { nonce: '3' }))), '');
    assert.equal(said(stream.take(ask('cds', { nonce: '4' }))), '');
  });

  it('keeps what was accepted last where what is planned is refused', () => {
    const stream = new ServerStream(xdsRules, plan('a'));
    stream.take(ask('cds'));
    stream.take(ask('cds', { nonce: '1' }));
    stream.setPlan(plan('a', 0));
    stream.take(ask('cds', { nonce: '2', error: 'connect timeout' }));
    assert.equal(said(stream.setPlan(plan('a'))), '');
  });

  it('knows that a refused response has taken nothing away', () => {
    const stream = new ServerStream(xdsRules, plan('c'));
    stream.take(ask('cds'));
    stream.take(ask('cds', { nonce: '1' }));
    assert.equal(said(stream.setPlan(plan('a', 0))), 'cds 2: +front/a -front/c');
    assert.equal(said(stream.setPlan(plan('a'))), 'cds 3: +front/a');
    const refused = stream.take(ask('cds', { nonce: '2', error: 'connect timeout' }));
    assert.equal(said(refused), 'cds 4: -front/c');
  });
});
