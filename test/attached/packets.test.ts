/** That verify speaks with the members it was given and with nobody else, as a network of its own counts it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { inPrivate, whyNoNamespaces } from '../../harness/namespaces/support.ts';
import { bin, skipUnlessBuilt } from '../cli/antlion.ts';
import { skipUnless } from '../require.ts';

const [member, other] = [7001, 7002];

/** To anybody outside, to the member, and to another server on this machine that nobody named. */
const rules = `table inet audit {
  counter outside { }
  counter member { }
  counter other { }
  chain leaving {
    type filter hook output priority 0;
    oifname != "lo" meta l4proto { tcp, udp } counter name "outside"
    tcp dport ${member} counter name "member"
    tcp dport ${other} counter name "other"
  }
}`;

/** There is a way out, so that whoever looks for one is counted and not refused. */
const script = `
ip link set lo up
ip link add out type veth peer name far
ip link set far up
ip addr add 192.0.2.1/24 dev out
ip link set out up
ip route add default via 192.0.2.254
servers=
for port in ${member} ${other}; do
  redis-server --port $port --save '' --dir "$1" >/dev/null & servers="$servers $!"
  until redis-cli -p $port ping >/dev/null 2>&1; do sleep 0.05; done
done
nft '${rules}'
"$2" "$3" verify redis --scenario keys-calm --endpoint one=redis://127.0.0.1:${member} >&2 && code=0 || code=$?
nft -j list counters
# What is counted there is counted.
redis-cli -p ${other} ping >/dev/null
"$2" -e 'require("dgram").createSocket("udp4").send("x", 53, "198.51.100.1", () => process.exit())'
nft -j list counters
kill $servers
wait
exit $code`;

describe('packets of verify', function () {
  this.timeout(120_000);
  let folder = '';
  before(function () {
    skipUnlessBuilt(this);
    skipUnless(this, 'namespaces', whyNoNamespaces());
    const isHere = spawnSync('redis-server', ['--version']).error === undefined;
    skipUnless(this, 'redis', isHere ? null : 'apt-get install redis-server');
    folder = mkdtempSync(join(tmpdir(), 'packets-'));
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  it('go to the member that it was given, and to nobody else', () => {
    const [unshare = '', ...flags] = inPrivate;
    const words = [...flags, 'sh', '-euc', script, 'sh', folder, process.execPath, bin];
    const { status, stdout, stderr } = spawnSync(unshare, words, {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: folder },
    });
    assert.equal(status, 0, stderr + stdout);
    const [during, then] = stdout.trim().split('\n').map(counted) as [Counts, Counts];
    assert.ok((during['member'] ?? 0) > 100, `packets to the member: ${JSON.stringify(during)}`);
    assert.deepEqual([during['outside'], during['other']], [0, 0]);
    assert.ok((then['outside'] ?? 0) > 0 && (then['other'] ?? 0) > 0, JSON.stringify(then));
  });
});

type Counts = Readonly<Record<string, number>>;

function counted(json: string): Counts {
  const { nftables } = JSON.parse(json) as {
    readonly nftables: readonly { readonly counter?: { name: string; packets: number } }[];
  };
  return Object.fromEntries(
    nftables.flatMap(({ counter: c }) => (c === undefined ? [] : [[c.name, c.packets]])),
  );
}
