/** How old the answers of a registry are. */
import { isOperation, type OperationEvent } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import type { Metric, MetricReader } from '../core/metric.ts';

/** What is known of the newest registration of one instance of one service. */
interface Known {
  readonly id: Json;
  readonly ttlUs: number;
  readonly sinceUs: number;
  /** The call that started its lease last. */
  renewedUs: number;
  /** Was it asked to leave? Then it may be there, until that was answered. */
  isLeaving: boolean;
  /** When it had left; null: it has not, as far as anybody knows. */
  leftUs: number | null;
}

/**
 * From the return of a registration that the answer lacks, or of a deregistration that it does not heed, to the
 * call of the look-up; of several the oldest. 0 where there is none. Leases that may have ended are left out.
 */
export const lookupStalenessSeconds: Metric = {
  name: 'antlion_lookup_staleness_seconds',
  help: 'How long a look-up had been out of date when it was asked; 0: it was not.',
  type: 'histogram',
  buckets: [0, 0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10],
  reader(): MetricReader {
    const services = new Map<string, Map<string, Known>>();
    const called = new Map<number, OperationEvent>();
    return (e) => {
      if (!isOperation(e)) return [];
      if (e.type === 'invoke') {
        called.set(e.op, e);
        unsettle(services, e);
        return [];
      }
      const call = called.get(e.op);
      called.delete(e.op);
      if (e.type !== 'ok' || call === undefined) return [];
      if (e.f !== 'discover') {
        learn(services, call, e);
        return [];
      }
      const found = new Set(e.value as readonly string[]);
      const ages = [...(services.get(e.key) ?? [])].map(([instance, k]) =>
        ageOf(k, found.has(instance), call.timeUs, e.timeUs),
      );
      return [{ value: Math.max(0, ...ages) / 1e6 }];
    };
  },
};

function ageOf(k: Known, isFound: boolean, callUs: number, retUs: number): number {
  if (k.leftUs !== null) return isFound ? callUs - k.leftUs : 0;
  const isSure = !k.isLeaving && retUs < k.renewedUs + k.ttlUs;
  return !isFound && isSure ? callUs - k.sinceUs : 0;
}

/** From the call on nothing is sure that it changes. */
function unsettle(
  services: Map<string, Map<string, Known>>,
  { f, key, value }: OperationEvent,
): void {
  const own = services.get(key);
  if (f === 'register') own?.delete((value as { readonly instance: string }).instance);
  const leaving = f === 'deregister' ? knownAs(own, value) : undefined;
  if (leaving !== undefined) leaving.isLeaving = true;
}

function learn(
  services: Map<string, Map<string, Known>>,
  call: OperationEvent,
  { f, key, value, timeUs }: OperationEvent,
): void {
  const own = services.get(key) ?? new Map<string, Known>();
  services.set(key, own);
  if (f === 'register') {
    const { instance, ttlUs } = call.value as { instance: string; ttlUs: number };
    own.set(instance, {
      id: value,
      ttlUs,
      sinceUs: timeUs,
      renewedUs: call.timeUs,
      isLeaving: false,
      leftUs: null,
    });
    return;
  }
  const known = knownAs(own, call.value);
  if (known === undefined) return;
  if (f === 'renew') known.renewedUs = call.timeUs;
  if (f === 'deregister') known.leftUs = timeUs;
}

function knownAs(own: Map<string, Known> | undefined, id: Json): Known | undefined {
  return [...(own?.values() ?? [])].find((k) => k.id === id);
}
