/** Who may be hurt, target by target: what the user named, held against what the machine says. */
import { AllowedMembers } from '../../harness/attached/allowed-members.ts';
import { connectionFaults } from '../../harness/attached/environment.ts';
import { fitTo } from '../../harness/attached/fit.ts';
import type { Here } from '../../harness/attached/fit.ts';
import { fingerprintOf } from '../../harness/attached/named-process.ts';
import type { Machine } from '../../harness/attached/named-process.ts';
import { allowedOf, requireWayBack } from '../../harness/cli/verify/allowed.ts';
import { HarnessError } from '../../harness/core/errors.ts';
import type { Fault, FaultKind, NodeTarget } from '../../harness/core/fault.ts';
import type { Program } from '../../harness/core/program.ts';
import { definitionOf } from '../../harness/faults/kinds.ts';
import { cluster } from '../../harness/index.ts';
import { Prng } from '../../harness/core/prng.ts';
import { transcripts } from '../transcript.ts';

/** Processes of this machine, by number: what they are, since when, and the port they listen on. */
interface Known {
  readonly command: string;
  readonly started: string;
  readonly port: number | null;
}

const programOf: Readonly<Record<number, Known>> = {
  1: { command: '/sbin/init', started: 'a', port: null },
  50: { command: 'node antlion verify', started: 'b', port: null },
  60: { command: '/usr/sbin/sshd -D', started: 'c', port: 22 },
  101: { command: '/usr/bin/etcd --name n1', started: 'd', port: 2301 },
  102: { command: '/usr/bin/etcd --name n2', started: 'e', port: 2302 },
  103: { command: '/usr/bin/etcd --name n3', started: 'f', port: 2303 },
  104: { command: '/usr/bin/etcd --name n4', started: 'g', port: 2304 },
  105: { command: '/usr/bin/etcd --name n5', started: 'h', port: 2305 },
};

const machine: Machine = {
  pid: 50,
  identify: (pid) => {
    const found = programOf[pid];
    return found === undefined ? null : { pid, started: found.started };
  },
  commandOf: (pid) => programOf[pid]?.command ?? '',
  listenerOf(port) {
    const found = Object.entries(programOf).find(([, p]) => p.port === port);
    return found === undefined ? null : machine.identify(Number(found[0]));
  },
  isHere: (host) => host === '127.0.0.1',
};

/** `HOW members N [at HOST]`; `crash n1, pause n2 | allow n1=101 | restart n1 | leave-down`; `link KIND …`. */
function open(): (line: string) => string {
  let [members, host] = [3, '127.0.0.1'];
  const dead = new Set<number>();
  return (line) => {
    const [head = '', ...rest] = line.split(' | ');
    const [word, ...words] = head.split(' ');
    if (word === 'members') {
      [members, host] = [Number(words[0]), words[1] ?? '127.0.0.1'];
      dead.clear();
      return `${members} members at ${host}`;
    }
    if (word === 'dies') {
      words.map(Number).forEach((pid) => dead.add(pid));
      return `gone: ${words.join(', ')}`;
    }
    if (word === 'fits') return fits(words, rest);
    try {
      return decide(head, rest, { members, host, dead });
    } catch (e) {
      if (e instanceof HarnessError) return `refused: ${e.message}`;
      throw e;
    }
  };
}

interface Ground {
  readonly members: number;
  readonly host: string;
  readonly dead: ReadonlySet<number>;
}

function decide(head: string, rest: readonly string[], { members, host, dead }: Ground): string {
  const given = (name: string): string[] =>
    rest.flatMap((part) => (part.startsWith(`${name} `) ? part.split(' ').slice(1) : []));
  const endpoints = Array.from({ length: members }, (_, i) => ({
    name: `n${i + 1}`,
    url: `http://${host}:${2301 + i}`,
  }));
  const allowed = allowedOf(
    endpoints,
    {
      allowCrash: given('allow').map(withFingerprint),
      restart: given('restart').map((name) => `${name}=start ${name}`),
    },
    machine,
  );
  const faults = head.split(', ').map((one) => one.split(' '));
  const leaveDown = rest.includes('leave-down');
  if (allowed.size > 0 && faults.some(([kind]) => kind === 'crash'))
    requireWayBack(endpoints, allowed, { leaveDown });
  const access = new AllowedMembers({
    names: endpoints.map((e) => e.name),
    allowed,
    journal: { path: '', begin: () => 0, done: () => undefined, close: () => undefined },
    isUp: () => Promise.resolve(true),
    find: () => null,
    mayStayDown: leaveDown,
    mayLoseQuorum: rest.includes('lose-quorum'),
    isAlive: ({ pid }) => !dead.has(pid),
  });
  for (const [kind, ...names] of faults) {
    const nodes = names.map((name) => Number(name.slice(1)) - 1);
    const why = access.reserve(kind === 'crash' ? 'crash' : 'pause', nodes);
    if (typeof why === 'string') return `refused: ${why}`;
  }
  return 'allowed';
}

/** `101@its`: with the fingerprint that it has. */
function withFingerprint(text: string): string {
  const pid = Number(/=(\d+)@its$/.exec(text)?.[1]);
  const found = machine.identify(pid);
  return found === null ? text : text.replace('@its', `@${fingerprintOf(found, machine)}`);
}

const noNamespaces = { kind: 'plain', missing: 'this machine has none', noPackets: null };
const heres: Readonly<Record<string, Partial<Here>>> = {
  attached: { faults: connectionFaults() },
  proxies: { faults: connectionFaults(), arePeersOurs: true, members: new Set([0, 1, 2]) },
  namespaces: {
    faults: connectionFaults({ withPackets: true }),
    arePeersOurs: true,
    members: new Set([0, 1, 2]),
    peers: { kind: 'namespaces', noPackets: null } as unknown as NonNullable<Here['peers']>,
  },
  bridge: {
    faults: connectionFaults(),
    arePeersOurs: true,
    members: new Set([0, 1, 2]),
    peers: {
      kind: 'namespaces',
      noPackets: 'this machine has no switch',
    } as unknown as NonNullable<Here['peers']>,
  },
  plain: {
    faults: connectionFaults(),
    peers: noNamespaces as unknown as NonNullable<Here['peers']>,
  },
  disks: { faults: connectionFaults({ withDisks: true }), members: new Set([0, 1, 2]) },
};

/** `fits KIND [FROM TO] | HERE`: what is left of the fault there. */
function fits([kind = '', from = '', to = '']: string[], [where = '']: string[]): string {
  const shape = cluster({ servers: 3, clients: 2 });
  const definition = definitionOf(kind);
  if (definition === undefined) return `refused: no kind ${kind}`;
  const interval = { atUs: 0, untilUs: 1_000_000 };
  const drawn = definition.draw(new Prng(1), shape, interval) as Fault;
  const target = (of: string): NodeTarget => ({ of }) as NodeTarget;
  const fault =
    'links' in drawn
      ? { ...drawn, links: { from: target(from), to: target(to), bothWays: true } }
      : { ...drawn, nodes: target('leader') };
  const always = {
    kind: 'partition',
    mode: 'drop',
    ...interval,
    links: { from: target('clients'), to: target('servers'), bothWays: true },
  };
  const here: Here = {
    names: ['n1', 'n2', 'n3'],
    members: new Set(),
    faults: new Set<FaultKind>(),
    arePeersOurs: false,
    ...heres[where],
  };
  const program = { scenario: 's', shape, faults: [always, fault], clients: [] };
  const { program: fitted, narrowed } = fitTo(here, program as unknown as Program);
  return fitted.faults.length === 2 ? 'allowed' : `refused: ${narrowed.join('; ')}`;
}

transcripts('who may be hurt', new URL('../testdata/decisions/', import.meta.url), open);
