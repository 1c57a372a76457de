/** Reads the bodies of requests: text in, checked values or an `ApiError` out. */
import { ApiError } from './answer.ts';
import { decodeGo, GoJsonError, type GoValue } from './go-json.ts';
import { fillGo, type Filled, type GoStruct } from './go-struct.ts';
import { isToxicKind, type Protocol, type Toxic, toxicKinds, wrongAttribute } from './toxic.ts';

const proxyFields = {
  name: 'string',
  listen: 'string',
  upstream: 'string',
  enabled: 'bool',
  half_close: 'bool',
  protocol: 'string',
} as const;
const proxyStruct: GoStruct = { type: 'toxiproxy.Proxy', owner: 'Proxy', fields: proxyFields };
const rowStruct: GoStruct = {
  type: 'struct { toxiproxy.Proxy; Enabled *bool "json:\\"enabled\\"" }',
  owner: '',
  fields: proxyFields,
};

export interface ProxyRequest {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly protocol: Protocol;
  readonly halfClose: boolean;
}

/** A new proxy: enabled unless it says otherwise. */
export function readProxy(body: string): ProxyRequest {
  const proxy = proxyOf(good(fill(parse(body), proxyStruct)));
  requireNames(proxy, '');
  return proxy;
}

/** The list of /populate. */
export function readProxies(body: string): readonly ProxyRequest[] {
  const list = parse(body);
  if (list.kind === 'null') return [];
  if (list.kind !== 'array') {
    throw bad(`json: cannot unmarshal ${list.kind} into Go value of type []${rowStruct.type}`);
  }
  const proxies = list.items.map((item) => proxyOf(good(fill(item, rowStruct))));
  proxies.forEach((proxy, i) => requireNames(proxy, ` at proxy ${i + 1}`));
  return proxies;
}

/** What a proxy is to become: fields that are not given keep their value. */
export function readProxyUpdate(
  body: string,
  now: Omit<ProxyRequest, 'name'>,
): Omit<ProxyRequest, 'name'> {
  const filled = good(fill(parse(body), proxyStruct));
  const { text, flag } = filled;
  const protocol = text['protocol'] === undefined ? now.protocol : protocolOf(filled);
  if (protocol !== now.protocol) {
    throw new ApiError(400, `protocol of a proxy is ${now.protocol} for good: make another proxy`);
  }
  return {
    protocol,
    halfClose: halfCloseOf(filled, protocol, now.halfClose),
    listen: text['listen'] ?? now.listen,
    upstream: text['upstream'] ?? now.upstream,
    enabled: flag['enabled'] ?? now.enabled,
  };
}

/** What a new toxic must suit. */
export interface ToxicGround {
  readonly protocol: Protocol;
  /** Has the proxy a toxic of this name? */
  readonly isTaken: (name: string) => boolean;
  /** Is there a lease of this name? */
  readonly hasLease: (name: string) => boolean;
}

/** A new toxic. Errors in Toxiproxy's order. */
export function readToxic(body: string, ground: ToxicGround): Toxic {
  return toxicOf(parse(body), ground);
}

/** As `readToxic`, of a value that was parsed before. */
export function toxicOf(value: GoValue, { protocol, isTaken, hasLease }: ToxicGround): Toxic {
  const toxicStruct: GoStruct = {
    type: 'toxics.ToxicWrapper',
    owner: 'ToxicWrapper',
    fields: {
      name: 'string',
      type: 'string',
      stream: 'string',
      toxicity: 'float32',
      attributes: { struct: 'toxics.NoopToxic' },
      deadline: 'int64',
      lease: 'string',
    },
  };
  const given = good(fill(value, toxicStruct));
  const stream = given.text['stream'] ?? 'downstream';
  const direction = stream.toLowerCase();
  if (direction !== 'upstream' && direction !== 'downstream') {
    throw new ApiError(400, 'stream was invalid, can be either upstream or downstream');
  }
  const kind = given.text['type'] ?? '';
  if (!isToxicKind(kind, protocol)) throw new ApiError(400, 'invalid toxic type');
  const name = (given.text['name'] ?? '') === '' ? `${kind}_${stream}` : given.text['name'];
  if (name === undefined || isTaken(name)) throw new ApiError(409, 'toxic already exists');
  const zeros = Object.keys(toxicKinds[kind].attributes).map((a) => [a, 0]);
  const toxic: Toxic = {
    name,
    kind,
    direction,
    stream,
    toxicity: Number(given.number['toxicity'] ?? 1),
    attributes: Object.fromEntries(zeros) as Record<string, number>,
    deadlineMs: deadlineOf(given),
    lease: leaseOf(given, hasLease),
  };
  const error = setAttributes(toxic, given.struct['attributes']);
  if (error !== null) throw error;
  return toxic;
}

/**
 * Changes the toxic as the body says; what is not given stays. As in Toxiproxy, good attributes
 * are taken even when another is bad, in which case it throws.
 */
export function updateToxic(toxic: Toxic, body: string): void {
  const given = fill(parse(body), {
    type: 'struct { Attributes interface {} "json:\\"attributes\\""; Toxicity float32 "json:\\"toxicity\\"" }',
    owner: '',
    fields: {
      toxicity: 'float32',
      attributes: { struct: `toxics.${toxicKinds[toxic.kind].goType}` },
      deadline: 'int64',
    },
  });
  const error = setAttributes(toxic, given.struct['attributes']);
  good(given);
  if (error !== null) throw error;
  toxic.toxicity = Number(given.number['toxicity'] ?? toxic.toxicity);
  toxic.deadlineMs = deadlineOf(given) ?? toxic.deadlineMs;
}

/** The extension `deadline`, ms; null: not given. */
export function deadlineOf({ number }: Filled): number | null {
  const ms = number['deadline'];
  if (ms === undefined) return null;
  if (ms >= 1 && ms <= deadlineMsMax) return Number(ms);
  throw new ApiError(400, `deadline is ${ms}, wanted 1 to ${deadlineMsMax} (ms)`);
}

/** The longest that a timer of Node can wait. */
export const deadlineMsMax = 2 ** 31 - 1;

/** The extension `lease`; null: not given. */
export function leaseOf({ text }: Filled, hasLease: (name: string) => boolean): string | null {
  const name = text['lease'] ?? null;
  if (name !== null && !hasLease(name)) throw new ApiError(404, `lease not found: ${name}`);
  return name;
}

/** Fills the toxic's attributes from `value`; gives what is wrong with them. */
function setAttributes(toxic: Toxic, value: GoValue | undefined): ApiError | null {
  if (value === undefined) return null;
  const { goType, attributes } = toxicKinds[toxic.kind];
  const given = fill(value, {
    type: `toxics.${goType}`,
    owner: goType,
    path: 'attributes.',
    fields: attributes,
  });
  const next = { ...toxic.attributes, ...given.number };
  const wrong = wrongAttribute(toxic.kind, next);
  // Never at work, not even for the moment of an error: these are the harmful values.
  if (wrong !== null) return new ApiError(400, `bad attribute: ${wrong}`);
  toxic.attributes = next;
  return given.error === null ? null : bad(given.error.message);
}

/** The JSON of a body. Throws an `ApiError`. */
export function parse(body: string): GoValue {
  try {
    return decodeGo(body);
  } catch (e) {
    if (e instanceof GoJsonError) throw bad(e.message);
    throw e;
  }
}

/** As `fillGo`, but throws an `ApiError` when `value` is no object. */
export function fill(value: GoValue, to: GoStruct): Filled {
  try {
    return fillGo(value, to);
  } catch (e) {
    if (e instanceof GoJsonError) throw bad(e.message);
    throw e;
  }
}

function good(filled: Filled): Filled {
  if (filled.error !== null) throw bad(filled.error.message);
  return filled;
}

function bad(message: string): ApiError {
  return new ApiError(400, `bad request body: ${message}`);
}

function proxyOf(filled: Filled): ProxyRequest {
  const { text, flag } = filled;
  const protocol = protocolOf(filled);
  return {
    protocol,
    halfClose: halfCloseOf(filled, protocol, false),
    name: text['name'] ?? '',
    listen: text['listen'] ?? '',
    upstream: text['upstream'] ?? '',
    enabled: flag['enabled'] ?? true,
  };
}

function protocolOf({ text }: Filled): Protocol {
  const protocol = text['protocol'] ?? 'tcp';
  if (protocol === 'tcp' || protocol === 'udp') return protocol;
  throw new ApiError(400, `protocol is ${protocol}, wanted tcp or udp`);
}

function halfCloseOf({ flag }: Filled, protocol: Protocol, now: boolean): boolean {
  const halfClose = flag['half_close'] ?? now;
  if (!halfClose || protocol === 'tcp') return halfClose;
  throw new ApiError(400, 'half_close is true, wanted false: datagrams have no end');
}

function requireNames(proxy: ProxyRequest, where: string): void {
  for (const field of ['name', 'upstream'] as const) {
    if (proxy[field] === '') throw new ApiError(400, `missing required field: ${field}${where}`);
  }
}
