/** A private network for real: who hears whom, by datagrams and on connections, and what is counted. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { processesIn } from '../../harness/cleanup/process-id.ts';
import { makeRunFolder, openCleanup } from '../../harness/cleanup/session.ts';
import type { CleanupSession } from '../../harness/cleanup/session.ts';
import { performUndo } from '../../harness/cleanup/perform-undo.ts';
import { noMessageFaults } from '../../harness/faults/overlap.ts';
import type { LinkEffect } from '../../harness/faults/ports.ts';
import { addressOf } from '../../harness/namespaces/layout.ts';
import { MemberLinks } from '../../harness/namespaces/member-links.ts';
import { PrivateNetwork } from '../../harness/namespaces/network.ts';
import { whyNoNamespaces, whyNoSwitch } from '../../harness/namespaces/support.ts';
import { until } from '../cli/antlion.ts';
import { skipUnless } from '../require.ts';

const talker = fileURLToPath(new URL('talker.mjs', import.meta.url));
const names = ['a', 'b', 'c'];
const cut = { toxics: [{ type: 'timeout', attributes: { timeout: 0 } }] };

/** What the machine outside of the network has: its interfaces and its rules. */
function outside(): string {
  const said = [
    ['ip', '-o', 'link'],
    ['ip', 'netns'],
    ['nft', 'list', 'tables'],
  ].map(([program = '', ...args]) => spawnSync(program, args, { encoding: 'utf8' }).stdout);
  return said.join('\n');
}

describe('a private network', function () {
  this.timeout(60_000);
  let cleanup: CleanupSession;
  let folder: string;
  let network: PrivateNetwork;
  let links: MemberLinks;
  let outsideBefore: string;
  const talkers: ChildProcess[] = [];
  /** By listener: what it heard, `udp one`. */
  const heard: string[][] = names.map(() => []);

  before(async function () {
    skipUnless(this, 'namespaces', whyNoNamespaces());
    outsideBefore = outside();
    cleanup = await openCleanup();
    ({ path: folder } = makeRunFolder(cleanup.journal, 'network'));
    const { journal } = cleanup;
    network = await PrivateNetwork.open({ members: names.length, folder, journal });
    links = new MemberLinks(network, names, whyNoSwitch);
    for (const at of names.keys()) {
      const [program = '', ...args] = ['nsenter', network.within(at), process.execPath, talker];
      const child = spawn(program, [...args, addressOf(at)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await once(child, 'message');
      child.on('message', (said: string[]) => heard[at]?.push(said.join(' ')));
      talkers.push(child);
    }
  });
  after(async () => {
    for (const child of talkers) child.kill('SIGKILL');
    if (network === undefined) return;
    await network[Symbol.asyncDispose]();
    await performUndo({ kind: 'remove-folder', path: folder });
    await cleanup[Symbol.asyncDispose]();
  });

  const say = (from: number, to: number, text: string): void => {
    talkers[from]?.send({ to: addressOf(to), text });
  };
  const hears = (at: number, text: string): Promise<void> =>
    until(() => ['udp', 'tcp'].every((how) => heard[at]?.includes(`${how} ${text}`)));
  const oneWay = [
    { link: 'a->b', stream: 'upstream' },
    { link: 'b->a', stream: 'downstream' },
  ] as const;

  it('cuts one way, and is felt when its counters show it', async () => {
    say(0, 1, 'one');
    say(1, 0, 'one');
    await Promise.all([hears(0, 'one'), hears(1, 'one')]);
    await links.inject('cut', oneWay, cut);
    assert.equal(await links.effect('cut'), 'no');
    const before = await links.counters();
    say(1, 0, 'two');
    await hears(0, 'two');
    say(0, 1, 'two');
    let effect = await links.effect('cut');
    for (; effect === 'no'; effect = await links.effect('cut'));
    assert.equal(effect, 'yes');
    const now = await links.counters();
    const passed = (of: typeof now, link: string): number => of.get(link)?.upstream.sentBytes ?? 0;
    assert.equal(passed(now, 'a->b'), passed(before, 'a->b'), 'nothing got past it');
    assert.ok(passed(now, 'b->a') > passed(before, 'b->a'), 'the other way is open');
    assert.ok((now.get('a->b')?.upstream.droppedBytes ?? 0) > 0);
    assert.equal(now.get('b->a')?.upstream.droppedBytes, 0);
    assert.deepEqual(await links.verify(), ['link a->b is cut']);
  });

  it('keeps cut what another fault cuts as well, until the last one ends', async () => {
    const back = { link: 'b->a', stream: 'upstream' } as const;
    await links.inject('both', [...oneWay, back], cut);
    await links.heal('cut');
    assert.deepEqual((await links.verify()).sort(), ['link a->b is cut', 'link b->a is cut']);
    // While it is cut: TCP sends what is left soon after.
    assert.deepEqual([...(heard[1] ?? [])].sort(), ['tcp one', 'udp one']);
    await links.heal('both');
    assert.deepEqual(await links.verify(), []);
    assert.equal(await links.effect('cut'), 'yes', 'it is remembered');
  });

  it('brings what connections held back, and no datagram that was lost', async () => {
    say(0, 1, 'three');
    await hears(1, 'three');
    await until(() => heard[1]?.includes('tcp two') === true);
    assert.equal(heard[1]?.includes('udp two'), false);
  });

  it('tells a cut that met nobody', async () => {
    await links.inject('idle', [{ link: 'c->a', stream: 'upstream' }], cut);
    await links.heal('idle');
    assert.equal(await links.effect('idle'), 'no');
  });

  it('delays, loses, repeats and narrows what one sends another, and nothing else', async function () {
    skipUnless(this, 'switch', whyNoSwitch());
    const ab = [{ link: 'a->b', stream: 'upstream' }] as const;
    const heardOf = (at: number, text: string): number =>
      heard[at]?.filter((line) => line === `udp ${text}`).length ?? 0;
    const takes = async (from: number, to: number, text: string): Promise<number> => {
      const begunMs = performance.now();
      say(from, to, text);
      await hears(to, text);
      return performance.now() - begunMs;
    };
    const during = async (name: string, effect: LinkEffect, work: () => Promise<void>) => {
      assert.equal(links.whyNot(ab, effect), null);
      await links.inject(name, ab, effect);
      await work();
      assert.deepEqual(await links.verify(), ['packets of link a->b are disturbed']);
      assert.equal(await links.effect(name), 'yes', name);
      await links.heal(name);
      assert.deepEqual(await links.verify(), []);
      assert.equal(await links.effect(name), 'yes', 'it is remembered');
    };
    const toxic = (type: string, attributes: Record<string, number>): LinkEffect => ({
      toxics: [{ type, attributes }],
    });
    await during('late', toxic('latency', { latency: 300, jitter: 50 }), async () => {
      assert.equal(await links.effect('late'), 'no', 'nothing came yet');
      assert.ok((await takes(0, 1, 'late')) >= 250);
      // Without rules on it the way back takes no part of that; the machine may be slow.
      const back = await Promise.all(['x', 'y', 'z'].map((t) => takes(1, 0, t)));
      assert.ok(Math.min(...back) < 250, String(back));
    });
    await during('lost', { packets: { ...noMessageFaults, lossPermille: 1_000 } }, async () => {
      say(0, 1, 'lost');
      while ((await links.effect('lost')) === 'no');
      assert.equal(heardOf(1, 'lost'), 0);
    });
    await during(
      'twice',
      { packets: { ...noMessageFaults, duplicatePermille: 1_000 } },
      async () => {
        say(0, 1, 'twice');
        await until(() => heardOf(1, 'twice') === 2);
      },
    );
    await during('held', { packets: { ...noMessageFaults, reorderPermille: 1_000 } }, async () => {
      await takes(0, 1, 'held');
    });
    await during(
      'spoilt',
      { packets: { ...noMessageFaults, corruptPermille: 1_000 } },
      async () => {
        const before = heard[1]?.length ?? 0;
        say(0, 1, 'spoilt');
        await until(() => (heard[1]?.length ?? 0) >= before + 2);
        const said = heard[1]?.slice(before) ?? [];
        assert.ok(said.includes('tcp spoilt'), said.join());
        assert.ok(
          said.some((s) => s.startsWith('udp ') && s !== 'udp spoilt'),
          said.join(),
        );
      },
    );
    await during('narrow', toxic('bandwidth', { rate: 1 }), async () => {
      // Some hundred bytes, at one a millisecond.
      assert.ok((await takes(0, 1, 'n'.repeat(200))) >= 200);
    });
    await takes(0, 1, 'sound');
    assert.equal(heardOf(1, 'sound'), 1);
  });

  it('cuts what is disturbed as well, and says what it cannot do', async function () {
    skipUnless(this, 'switch', whyNoSwitch());
    const ab = [{ link: 'a->b', stream: 'upstream' }] as const;
    const slow = { toxics: [{ type: 'latency', attributes: { latency: 5, jitter: 0 } }] };
    await links.inject('slow', ab, slow);
    await links.inject('cut-as-well', ab, cut);
    say(0, 1, 'nothing');
    let effect = await links.effect('cut-as-well');
    for (; effect === 'no'; effect = await links.effect('cut-as-well'));
    await links.healAll();
    assert.deepEqual(await links.verify(), []);
    assert.equal(heard[1]?.includes('udp nothing'), false);
    assert.match(links.whyNot(ab, { listener: 'off' }) ?? '', /no connection to break/);
  });

  it('is reached from outside by its ports, and refuses where nobody listens', async () => {
    assert.equal(await network.connects(addressOf(1), 9_999), true);
    assert.equal(await network.connects(addressOf(1), 9_998), false);
  });

  it('changes nothing outside, and ends with the process that holds it', async () => {
    assert.equal(outside(), outsideBefore);
    assert.ok(processesIn(folder).some(({ pid }) => pid === network.pid));
    await network[Symbol.asyncDispose]();
    await until(() => processesIn(folder).length === 0);
    await assert.rejects(network.counts(), /E_NAMESPACES: .*it has ended/);
    assert.deepEqual(await links.verify(), [
      'links among members cannot be verified: E_NAMESPACES: the private network of the members failed: it has ended. See what the machine allows: antlion doctor; or pass --network proxies.',
    ]);
  });
});
