/** What a question of DNS is answered, and which names there are. */
import assert from 'node:assert/strict';
import type { Answer, Question } from 'dns-packet';
import { describe, it } from 'mocha';
import { answerTo, rcodes } from '../../../reference-impl/dns-server/answers.ts';
import type { Response } from '../../../reference-impl/dns-server/answers.ts';
import { pickTarget, dnsRules } from '../../../reference-impl/dns/rules.ts';
import type { CatalogEntry } from '../../../reference-impl/store/asked.ts';

const entry = (e: Partial<CatalogEntry>): CatalogEntry => {
  return { service: 'web', instance: 'web-1', zone: '', tags: [], ttlUs: 1, lease: 1, ...e };
};
const entries: readonly CatalogEntry[] = [
  entry({ service: 'back', instance: 4, address: '127.0.0.1', port: 8504 }),
  entry({
    address: '10.0.0.1',
    port: 80,
    tags: ['v2'],
    meta: { 'dns-priority': '3', 'dns-weight': '20' },
  }),
  entry({ instance: 'web-2', address: '10.0.0.2', port: 81 }),
  entry({ instance: 'web-3', address: 'fd00::3', port: 82 }),
  entry({ instance: 'web-4', address: 'elsewhere.example', port: 83, tags: ['v2'] }),
  entry({ instance: 'web-5', address: '10.0.0.5', port: 84, health: 'critical' }),
  entry({ instance: 'web-6', address: '10.0.0.2', port: 85 }),
  entry({ service: 'web.shop', instance: 'shop-1', address: '10.1.0.1', port: 90 }),
];

function ask(name: string, type: string, catalog = entries): Response {
  const question = { name, type } as Question;
  const all = { entries: catalog, ttlUs: 5_900_000, negativeTtlUs: 1_000_000 };
  return answerTo(question, all, (node) => `back-${node - 4}`);
}
const data = (answers: readonly Answer[]): unknown[] =>
  answers.map((a) => ('data' in a ? a.data : null));

describe('answers of DNS', () => {
  for (const [name, type, expected] of [
    ['web.service.antlion', 'A', ['10.0.0.1', '10.0.0.2']],
    ['WEB.Service.antlion.', 'A', ['10.0.0.1', '10.0.0.2']],
    ['web.default.svc.cluster.local', 'A', ['10.0.0.1', '10.0.0.2']],
    ['web.shop.svc.cluster.local', 'A', ['10.1.0.1']],
    ['v2.web.service.antlion', 'A', ['10.0.0.1']],
    ['web.service.antlion', 'AAAA', ['fd00::3']],
    ['back-0.node.antlion', 'A', ['127.0.0.1']],
    ['web-2.web.addr.antlion', 'A', ['10.0.0.2']],
  ] as const) {
    it(`${type} of ${name}`, () => {
      const { rcode, answers } = ask(name, type);
      assert.equal(rcode, rcodes.ok);
      assert.deepEqual(data(answers), expected);
      for (const a of answers) assert.equal('ttl' in a && a.ttl, 5);
    });
  }

  it('SRV has priority, weight, port and a target, whose address comes along', () => {
    for (const name of ['_web._v2.service.antlion', 'v2.web.service.antlion']) {
      const { answers, additionals } = ask(name, 'SRV');
      assert.deepEqual(data(answers), [
        { priority: 3, weight: 20, port: 80, target: 'web-1.web.addr.antlion' },
        { priority: 1, weight: 1, port: 83, target: 'elsewhere.example' },
      ]);
      assert.deepEqual(data(additionals), ['10.0.0.1']);
    }
    const ports = (name: string): unknown[] =>
      data(ask(name, 'SRV').answers).map((d) => (d as { port: number }).port);
    assert.deepEqual(ports('_http._tcp.web.default.svc.cluster.local'), [80, 81, 82, 83, 85]);
    assert.deepEqual(ports('_web._tcp.service.antlion'), [80, 81, 82, 83, 85]);
  });

  for (const [name, type, rcode] of [
    ['web.service.antlion', 'MX', rcodes.ok],
    ['nobody.service.antlion', 'A', rcodes.nobody],
    ['web.elsewhere.antlion', 'A', rcodes.nobody],
    ['a.b.c.svc.cluster.local', 'A', rcodes.nobody],
    ['example.com', 'A', rcodes.refused],
    ['antlion', 'SOA', rcodes.ok],
  ] as const) {
    it(`${type} of ${name}: code ${rcode}, remembered for a second`, () => {
      const r = ask(name, type);
      assert.equal(r.rcode, rcode);
      const told = [...r.authorities, ...r.answers];
      if (rcode === rcodes.refused) assert.deepEqual(told, []);
      else
        assert.deepEqual([told[0]?.type, told[0] && 'ttl' in told[0] && told[0].ttl], ['SOA', 1]);
    });
  }

  it('says SERVFAIL when its copy is too old', () => {
    const question: Question = { name: 'web.service.antlion', type: 'A' };
    assert.equal(answerTo(question, null, String).rcode, rcodes.failed);
  });

  it('of targets the least priority goes first, weight 0 only when there is nobody else', () => {
    const t = (instance: string, priority: number, weight: number): object & Target => {
      return { instance, priority, weight };
    };
    type Target = Parameters<typeof pickTarget>[0][number];
    const pick = (targets: Target[], draw: number): unknown =>
      pickTarget(targets, dnsRules, () => draw)?.instance ?? null;
    const all = [t('a', 1, 1), t('b', 1, 0), t('c', 1, 3), t('d', 2, 9)];
    assert.deepEqual(
      [0, 1, 2, 3].map((n) => pick(all, n)),
      ['a', 'c', 'c', 'c'],
    );
    assert.equal(pick([t('b', 1, 0), t('d', 1, 0)], 1), 'd');
    assert.equal(pick([], 0), null);
  });
});
