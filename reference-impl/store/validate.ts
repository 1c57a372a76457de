/** Requests come from a network: what is not understood must not enter the log. */
import type { StoreOp } from './protocol.ts';

/** What is wrong with a request, in words, or null. */
export function problemWith(op: StoreOp): string | null {
  switch (op.f) {
    case 'read-stale':
      if (!Number.isInteger(op.seen)) return 'seen is not a revision';
      return isText(op.key) ? null : 'key is not a text';
    case 'read':
    case 'write':
    case 'cas':
    case 'delete':
      return isText(op.key) ? null : 'key is not a text';
    case 'write-all':
      return isRecord(op.values) ? null : 'values is not an object with one key or more';
    case 'list':
      return isText(op.prefix) ? null : 'prefix is not a text';
    case 'lookup':
      return isText(op.service) ? null : 'service is not a text';
    case 'register':
      if (!isText(op.service) || op.service === '') return 'service is not a name';
      if (!Number.isInteger(op.instance)) return 'instance is not a node id';
      return Number.isInteger(op.ttlUs) && op.ttlUs > 0 ? null : 'ttlUs is not whole µs above 0';
    case 'acquire':
      if (!isText(op.key)) return 'key is not a text';
      return Number.isInteger(op.ttlUs) && op.ttlUs > 0 ? null : 'ttlUs is not whole µs above 0';
    case 'write-fenced':
    case 'release':
      if (!isText(op.key)) return 'key is not a text';
      if (op.f === 'write-fenced' && !isText(op.lock)) return 'lock is not a text';
      return Number.isInteger(op.token) ? null : 'token is not a number';
    case 'renew':
    case 'deregister':
      return Number.isInteger(op.lease) ? null : 'lease is not a number';
    default:
      return 'no such operation';
  }
}

function isText(x: unknown): boolean {
  return typeof x === 'string';
}

function isRecord(x: unknown): boolean {
  return typeof x === 'object' && x !== null && !Array.isArray(x) && Object.keys(x).length > 0;
}
