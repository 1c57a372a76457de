/**
 * An extension that Toxiproxy's clients never see: `POST /links` changes many proxies in one tick, so
 * that a partition has no moment at which it is half done. `GET /links` shows live counters.
 *
 * The body is a list of changes, each one of
 * `{ "proxy": P, "add": { a toxic as in POST /proxies/P/toxics } }`,
 * `{ "proxy": P, "remove": "name of a toxic" }` (none of that name is fine) and
 * `{ "proxy": P, "enabled": true | false }`, where `false` may have a `deadline` and a `lease`
 * (`leases.ts`). All is checked before anything is done; what would not be done is refused.
 */
import { ApiError } from './answer.ts';
import type { FaultProxy } from './fault-proxy.ts';
import type { Filled, GoStruct } from './go-struct.ts';
import type { Leases } from './leases.ts';
import { deadlineOf, fill, leaseOf, parse, toxicOf } from './requests.ts';

/** Performs the changes; resolves when the enabled proxies listen again. */
export async function changeLinks(
  proxies: ReadonlyMap<string, FaultProxy>,
  leases: Leases,
  body: string,
): Promise<void> {
  const changes = readChanges(proxies, leases, body);
  const started = changes.map((change) => change() ?? done);
  const failed = (await Promise.allSettled(started)).find((r) => r.status === 'rejected');
  if (failed !== undefined) throw failed.reason as Error;
}

/** Does its work before it returns; what is left to wait for is a listener. */
type Change = () => Promise<void> | undefined;
const done = Promise.resolve();

function readChanges(
  proxies: ReadonlyMap<string, FaultProxy>,
  leases: Leases,
  body: string,
): readonly Change[] {
  const list = parse(body);
  if (list.kind !== 'array') throw new ApiError(400, `body is ${list.kind}, wanted a list`);
  const added = new Set<string>();
  return list.items.map((item, i) => {
    const given = fill(item, changeStruct);
    if (given.error !== null) throw new ApiError(400, given.error.message);
    const name = given.text['proxy'] ?? '';
    const proxy = proxies.get(name);
    if (proxy === undefined) throw new ApiError(404, `proxy not found: ${name}`);
    requireOne(given, `change ${i + 1}`);
    return readChange(given, proxy, leases, added);
  });
}

const changeStruct: GoStruct = {
  type: 'a change',
  owner: 'change',
  isStrict: true,
  fields: {
    proxy: 'string',
    add: { struct: 'a toxic' },
    remove: 'string',
    enabled: 'bool',
    deadline: 'int64',
    lease: 'string',
  },
};

/** A change does one thing, and says nothing that would not be done. */
function requireOne({ struct, text, flag, number }: Filled, change: string): void {
  const asked = [struct['add'], text['remove'], flag['enabled']].filter((it) => it !== undefined);
  if (asked.length === 0) throw new ApiError(400, `${change} has none of add, remove, enabled`);
  if (asked.length > 1) {
    throw new ApiError(400, `${change} has several of add, remove, enabled: wanted one`);
  }
  const endsBy = number['deadline'] !== undefined || text['lease'] !== undefined;
  if (endsBy && flag['enabled'] !== false) {
    const where = 'wanted in the toxic that is added, or beside enabled: false';
    throw new ApiError(400, `${change} has a deadline or lease, ${where}`);
  }
}

/** `added` are the toxics of the changes before, which are not there yet. */
function readChange(given: Filled, proxy: FaultProxy, leases: Leases, added: Set<string>): Change {
  const hasLease = (lease: string): boolean => leases.has(lease);
  const { add } = given.struct;
  if (add !== undefined) {
    const isTaken = (t: string): boolean =>
      proxy.toxic(t) !== undefined || added.has(`${proxy.name} ${t}`);
    const toxic = toxicOf(add, { protocol: proxy.protocol, isTaken, hasLease });
    added.add(`${proxy.name} ${toxic.name}`);
    return () => {
      proxy.addToxic(toxic);
      leases.watch(proxy, toxic);
      return undefined;
    };
  }
  const { remove } = given.text;
  if (remove !== undefined) {
    return () => {
      const toxic = proxy.toxic(remove);
      if (toxic !== undefined) proxy.removeToxic(toxic);
      return undefined;
    };
  }
  if (given.flag['enabled'] === true) return () => proxy.start();
  const disabled = { deadlineMs: deadlineOf(given), lease: leaseOf(given, hasLease) };
  return () => {
    proxy.stop();
    leases.watchDisabled(proxy, disabled);
    return undefined;
  };
}
