/** Whether the flags of `antlion verify` make sense together, and what its endpoints are. */
import { hostOf } from '../../core/address.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/system.ts';
import { allKinds, definitionOf } from '../../faults/kinds.ts';
import type { Release } from '../products/releases.ts';
import type { VerifyFlags } from './verify-flags.ts';

/** Throws E_USAGE. */
export function requireSense(flags: VerifyFlags, release: Release | null): void {
  const unknown = flags.without.find((kind) => definitionOf(kind) === undefined);
  if (unknown !== undefined) {
    throw new HarnessError(
      'E_USAGE',
      `without is "${unknown}", wanted one of ${allKinds()
        .map((d) => d.kind)
        .join(', ')}. Pass --without crash.`,
    );
  }
  if (flags.plan !== undefined && flags.scenario === undefined) {
    throw new HarnessError(
      'E_USAGE',
      'plan takes the place of a scenario’s own faults, and no scenario is named, wanted one. Pass --scenario keys-calm, or leave out --plan.',
    );
  }
  const isOwn = flags.endpoint.length === 0;
  if (release !== null && (!isOwn || flags.binary !== undefined)) {
    const other = isOwn ? 'binary' : 'endpoint';
    throw new HarnessError(
      'E_USAGE',
      `${release.product}@${release.version} says what members of our own run, and ${other} is given, wanted one of them. Leave out @${release.version} or --${other}.`,
    );
  }
  if (isOwn && (flags.allowCrash.length > 0 || flags.restart.length > 0)) {
    throw new HarnessError(
      'E_USAGE',
      'allow-crash and restart name members of a running system, and no endpoint is given. Pass --endpoint n1=http://… for each member, or leave them out.',
    );
  }
  const own = [
    ['members', flags.members !== undefined],
    ['binary', flags.binary !== undefined],
    ['upgrade-to', flags.upgradeTo !== undefined],
    ['member-flag', flags.memberFlag.length > 0],
    ['network', flags.network !== 'auto'],
    ['disk', flags.disk !== 'auto'],
    ['keep', flags.keep],
  ] as const;
  const misplaced = own.find(([, isGiven]) => isGiven);
  if (isOwn || misplaced === undefined) return;
  throw new HarnessError(
    'E_USAGE',
    `${misplaced[0]} is about members that antlion starts, and endpoints are given. Leave out --${misplaced[0]} or --endpoint.`,
  );
}

/** Throws E_USAGE when two members have one name: a name must say who may be killed. */
export function endpointsOf(texts: readonly string[]): readonly Endpoint[] {
  const endpoints = texts.map(endpointOf);
  const names = endpoints.map((e) => e.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return endpoints;
  throw new HarnessError(
    'E_USAGE',
    `two endpoints are called "${twice}", wanted a name for each. Pass --endpoint n0=http://… --endpoint n1=http://….`,
  );
}

/** `n1=http://127.0.0.1:2379`, or the address alone. */
function endpointOf(text: string, i: number): Endpoint {
  const m = /^(?:([A-Za-z0-9_.-]+)=)?([a-z][a-z0-9+.-]*:\/\/[^/\s@]+)\/?$/.exec(text);
  if (m !== null && URL.canParse(m[2] as string)) {
    const endpoint = { name: m[1] ?? `n${i}`, url: m[2] as string };
    hostOf(endpoint);
    return endpoint;
  }
  const secret = text.includes('@')
    ? ', without user and password: these have flags of their own'
    : '';
  const address = /^(?:[\w.-]+=)?([\w.-]+:\d+)$/.exec(text)?.[1] ?? 'host:port';
  throw new HarnessError(
    'E_USAGE',
    `endpoint is "${text}", wanted [name=]http://host:port${secret}. Pass --endpoint http://${address}.`,
  );
}
