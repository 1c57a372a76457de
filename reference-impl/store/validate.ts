/** Requests come from a network: what is not understood must not enter the log. */
import type { Json } from '../../harness/core/host.ts';
import type { ChangeServersOp, Page, StoreOp } from './asked.ts';
import type { StoreRequest } from './protocol.ts';
import { sessionWindow } from './protocol.ts';
import { problemWithName, problemWithValues } from './sizes.ts';
import { txnParts } from './tables/transaction.ts';

/** More voters make each write slower and hardly safer. */
const serversMax = 64;

/** What is wrong with a request, in words, or null. */
export function problemWithRequest({ session, id, oldest, base, op }: StoreRequest): string | null {
  if (![session, id, oldest, base].every(Number.isSafeInteger)) {
    return 'session, id, oldest and base are not whole numbers';
  }
  if (oldest > id || id - oldest >= sessionWindow) {
    return `oldest is ${oldest} beside the id ${id}, wanted at most ${sessionWindow - 1} less`;
  }
  return problemWith(op);
}

/** What is wrong with an operation, in words, or null. */
export function problemWith(op: StoreOp): string | null {
  switch (op.f) {
    case 'read-stale':
      if (!Number.isInteger(op.seen)) return 'seen is not a revision';
      return problemWithName('key', op.key);
    case 'read':
    case 'delete':
      return problemWithName('key', op.key);
    case 'write':
      return (
        problemWithName('key', op.key) ??
        problemWithValues([op.value]) ??
        problemWithNumber('lease', op.lease ?? 0)
      );
    case 'grant':
      return problemWithTtl(op.ttlUs);
    case 'cas':
      return problemWithName('key', op.key) ?? problemWithValues([op.from, op.to]);
    case 'write-all':
      return problemWithAll(op.values) ?? problemWithNumber('lease', op.lease ?? 0);
    case 'read-at':
      return problemWithName('key', op.key) ?? problemWithNumber('revision', op.revision);
    case 'compact':
      return problemWithNumber('revision', op.revision);
    case 'list':
      return problemWithList(op);
    case 'delete-prefix':
      return op.prefix === '' ? 'prefix is empty' : problemWithName('prefix', op.prefix);
    case 'txn':
      return problemWithTxn(op);
    case 'holder':
      return problemWithName('key', op.key);
    case 'lookup':
      return problemWithName('service', op.service) ?? problemWithPage(op.page);
    case 'changes':
      if (op.scope !== 'kv' && op.scope !== 'registry') return 'scope is neither kv nor registry';
      return problemWithNumber('after', op.after) ?? problemWithNumber('digest', op.digest);
    case 'register':
      return problemWithRegister(op);
    case 'acquire':
      return (
        problemWithName('key', op.key) ??
        problemWithTtl(op.ttlUs) ??
        problemWithPermits(op.permits ?? 1)
      );
    case 'release':
      return problemWithName('key', op.key) ?? problemWithNumber('token', op.token);
    case 'write-fenced':
      return (
        problemWithName('key', op.key) ??
        problemWithName('lock', op.lock) ??
        problemWithNumber('token', op.token) ??
        problemWithValues([op.value])
      );
    case 'enter-barrier':
    case 'leave-barrier':
      return (
        problemWithName('key', op.key) ??
        problemWithName('party', op.party) ??
        problemWithNumber('parties', op.parties)
      );
    case 'hand-over':
      return problemWithNumber('to', op.to);
    case 'change-servers':
      return problemWithServers(op);
    case 'renew':
    case 'revoke':
    case 'deregister':
      return problemWithNumber('lease', op.lease);
    default:
      return 'no such operation';
  }
}

/** Each is looked at by every change of a semaphore. */
const permitsMax = 64;

function problemWithPermits(permits: number): string | null {
  const isFit = Number.isInteger(permits) && permits >= 1 && permits <= permitsMax;
  return isFit ? null : `permits is not a number from 1 to ${permitsMax}`;
}

function problemWithRegister(op: StoreOp & { readonly f: 'register' }): string | null {
  if (op.service === '') return 'service is not a name';
  const { instance, address = '', port = 1, health = 'passing', meta = {} } = op;
  if (!Number.isInteger(instance) && (typeof instance !== 'string' || instance === '')) {
    return 'instance is neither a node id nor a name';
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return 'port is not from 1 to 65535';
  if (!['passing', 'warning', 'critical'].includes(health)) {
    return 'health is not passing, warning or critical';
  }
  if (!Array.isArray(op.tags)) return 'tags is not a list';
  return (
    problemWithName('service', op.service) ??
    problemWithName('instance', String(instance)) ??
    problemWithName('address', address) ??
    problemWithName('zone', op.zone) ??
    op.tags.map((tag) => problemWithName('a tag', tag)).find((p) => p !== null) ??
    problemWithName('the list of tags', op.tags.join(',')) ??
    problemWithMeta(meta) ??
    problemWithTtl(op.ttlUs)
  );
}

function problemWithMeta(meta: unknown): string | null {
  const isObject = typeof meta === 'object' && meta !== null && !Array.isArray(meta);
  if (!isObject || Object.values(meta).some((v) => typeof v !== 'string')) {
    return 'meta is not an object of texts';
  }
  return problemWithName('meta', JSON.stringify(meta));
}

function problemWithServers({ add, remove }: ChangeServersOp): string | null {
  const isList = (ids: unknown): boolean =>
    Array.isArray(ids) && ids.length <= serversMax && ids.every(Number.isSafeInteger);
  if (!isList(add) || !isList(remove)) {
    return `add and remove are not lists of at most ${serversMax} servers`;
  }
  if (add.length + remove.length === 0) return 'nothing is to be changed';
  return add.some((id) => remove.includes(id)) ? 'a server is to be added and removed' : null;
}

function problemWithAll(values: Readonly<Record<string, Json>>): string | null {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    return 'values is not an object with one key or more';
  }
  const keys = Object.keys(values);
  if (keys.length === 0) return 'values is not an object with one key or more';
  const wrong = keys.map((key) => problemWithName('key', key)).find((p) => p !== null);
  // The keys count, too: a thousand keys of 4 KiB are longer than a frame.
  return wrong ?? problemWithValues([...keys, ...Object.values(values)]);
}

function problemWithList(op: StoreOp & { readonly f: 'list' }): string | null {
  const { limit = 1, after = '', revision = 0 } = op;
  if (!Number.isSafeInteger(limit) || limit < 1) return 'limit is not a whole number from 1';
  return (
    problemWithName('prefix', op.prefix) ??
    problemWithName('after', after) ??
    problemWithNumber('revision', revision) ??
    problemWithPage(op.page)
  );
}

function problemWithTxn(op: StoreOp & { readonly f: 'txn' }): string | null {
  const parts = txnParts(op);
  if (typeof parts === 'string') return parts;
  const wrong = parts.map((p) => problemWithName('key', p.key)).find((p) => p !== null);
  const values = parts.flatMap((p) => ('value' in p ? [p.value] : []));
  return wrong ?? problemWithValues([...parts.map((p) => p.key), ...values]);
}

function problemWithPage(page: Page | undefined): string | null {
  if (page === undefined) return null;
  return Number.isSafeInteger(page.at) && Number.isSafeInteger(page.from) && page.from >= 0
    ? null
    : 'page is not a revision and a position';
}

function problemWithTtl(ttlUs: unknown): string | null {
  return Number.isInteger(ttlUs) && (ttlUs as number) > 0 ? null : 'ttlUs is not whole µs above 0';
}

function problemWithNumber(what: string, value: unknown): string | null {
  return Number.isSafeInteger(value) ? null : `${what} is not a number`;
}
