/** What a question of DNS is answered, from the catalog. Pure. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Answer, Question } from 'dns-packet';
import { targetOf } from '../dns/targets.ts';
import type { CatalogEntry } from '../store/asked.ts';
import { meaningOf } from './names.ts';

/** By RFC 1035. */
export const rcodes = { ok: 0, format: 1, failed: 2, nobody: 3, unknown: 4, refused: 5 } as const;

export interface Response {
  readonly rcode: (typeof rcodes)[keyof typeof rcodes];
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
}

export interface DnsCatalog {
  readonly entries: readonly CatalogEntry[];
  readonly ttlUs: number;
  readonly negativeTtlUs: number;
}

/** Somebody with a name and an address. */
interface Known {
  readonly name: string;
  readonly address: string;
}

/** Null for `catalog`: this node's copy of it is too old. `nameOf` names a node of the cluster. */
export function answerTo(
  { name, type: asType }: Question,
  catalog: DnsCatalog | null,
  nameOf: (node: number) => string,
): Response {
  // The package's types know no ANY; the wire does.
  const type: string = asType;
  const asked = name.replace(/\.$/, '').toLowerCase();
  const known = meaningOf(asked);
  if (known === null) return only(rcodes.refused);
  if (catalog === null) return only(rcodes.failed);
  const { zone, meaning } = known;
  const ttl = Math.floor(catalog.ttlUs / 1_000_000);
  const nothing = (rcode: Response['rcode']): Response => ({
    ...only(rcode),
    authorities: [soa(zone, catalog.negativeTtlUs)],
  });
  if (meaning.of === 'nothing') return nothing(rcodes.nobody);
  if (meaning.of === 'zone') {
    if (type !== 'SOA' && type !== 'ANY') return nothing(rcodes.ok);
    return { ...only(rcodes.ok), answers: [soa(zone, catalog.negativeTtlUs)] };
  }
  const { entries } = catalog;
  const addr = (e: CatalogEntry): string => addrOf(e, nameOf);
  if (meaning.of === 'node' || meaning.of === 'addr') {
    const found = entries.find((e) => {
      if (meaning.of === 'addr') return addr(e) === `${meaning.name}.addr.antlion`;
      return typeof e.instance === 'number' && nameOf(e.instance) === meaning.name;
    });
    if (found === undefined) return nothing(rcodes.nobody);
    const answers = addresses(asked, found.address, type, ttl);
    return answers.length === 0 ? nothing(rcodes.ok) : { ...only(rcodes.ok), answers };
  }
  const ofService = entries.filter((e) => {
    const hasTag = meaning.tag === null || e.tags.some((t) => t.toLowerCase() === meaning.tag);
    return e.service.toLowerCase() === meaning.service && hasTag;
  });
  const there = ofService.filter((e) => targetOf(e) !== null);
  if (there.length === 0) return nothing(rcodes.nobody);
  const answers = there.flatMap((e) => [
    ...(type === 'SRV' || type === 'ANY' ? services(asked, e, addr(e), ttl) : []),
    ...addresses(asked, e.address, type, ttl),
  ]);
  if (answers.length === 0) return nothing(rcodes.ok);
  const named: Known[] = there.map((e) => ({ name: addr(e), address: e.address ?? '' }));
  const additionals = type === 'SRV' ? named.flatMap((k) => glue(k, ttl)) : [];
  return { ...only(rcodes.ok), answers: unique(answers), additionals };
}

function only(rcode: Response['rcode']): Response {
  return { rcode, answers: [], authorities: [], additionals: [] };
}

function addresses(name: string, address = '', type: string, ttl: number): Answer[] {
  const isAny = type === 'ANY';
  if (isIPv4(address) && (isAny || type === 'A')) return [{ type: 'A', name, ttl, data: address }];
  if (isIPv6(address) && (isAny || type === 'AAAA')) {
    return [{ type: 'AAAA', name, ttl, data: address }];
  }
  return [];
}

function glue({ name, address }: Known, ttl: number): Answer[] {
  return addresses(name, address, 'ANY', ttl);
}

/** Its target is a name of ours where the address is a number, and the address where that is a name. */
function services(name: string, e: CatalogEntry, addr: string, ttl: number): Answer[] {
  const target = targetOf(e);
  const { address = '', port } = e;
  if (target === null || port === undefined || address === '') return [];
  const isNumber = isIPv4(address) || isIPv6(address);
  const { priority, weight } = target;
  const data = { priority, weight, port, target: isNumber ? addr : address };
  return [{ type: 'SRV', name, ttl, data }];
}

/** Several instances at one address are one A record. */
function unique(answers: readonly Answer[]): Answer[] {
  const byText = new Map(answers.map((a) => [JSON.stringify(a), a]));
  return [...byText.values()];
}

function addrOf({ instance, service }: CatalogEntry, nameOf: (node: number) => string): string {
  const own = typeof instance === 'number' ? nameOf(instance) : instance;
  return `${own}.${service}.addr.antlion`.toLowerCase();
}

/** Says how long it may be remembered that there is nobody (RFC 2308). */
function soa(zone: string, negativeTtlUs: number): Answer {
  const minimum = Math.floor(negativeTtlUs / 1_000_000);
  const data = {
    mname: `ns.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 3_600,
    retry: 600,
    expire: 86_400,
    minimum,
  };
  return { type: 'SOA', name: zone, ttl: minimum, data };
}
