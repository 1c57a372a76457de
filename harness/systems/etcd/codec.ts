/** Keys and values as etcd's JSON gateway has them: base64, the values JSON in there. */
import type { Json } from '../../core/host.ts';

export interface KeyValue {
  readonly key?: string;
  readonly value?: string;
  readonly create_revision?: string;
  readonly mod_revision?: string;
}

/** All keys that begin with `prefix`, which is not empty: `key` and `range_end`. */
export function rangeOf(prefix: string): { readonly key: string; readonly range_end: string } {
  const end = Buffer.from(prefix);
  const last = end.length - 1;
  end[last] = (end[last] ?? 0) + 1;
  return { key: encode(prefix), range_end: end.toString('base64') };
}

export function decodeKey(kv: KeyValue): string {
  return Buffer.from(kv.key ?? '', 'base64').toString();
}

/** A stored value as it was written. */
export function decodeValue(kv: KeyValue): Json {
  return JSON.parse(Buffer.from(kv.value ?? '', 'base64').toString()) as Json;
}

export function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}
