/** What a client registers. */
import { z } from 'zod';
import type { Json } from '../../harness/core/host.ts';

/** Of a client that does not say how long its lease is; Eureka's. */
const usualSeconds = 90;

const json: z.ZodType<Json> = z.json() as z.ZodType<Json>;
const named = z.string().min(1).max(1_024);
const lease = z.looseObject({ durationInSecs: z.number().positive().max(86_400).optional() });
const body = z.object({
  instance: z.looseObject({
    app: named,
    instanceId: named.optional(),
    hostName: named.optional(),
    leaseInfo: lease.optional(),
  }),
});

/** Under which id, and what it says of itself; or what is wrong, in words. */
export function infoOf(given: unknown, app: string): { id: string; info: Json } | string {
  const parsed = body.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is wrong'}`.trim();
  }
  const { instance } = parsed.data;
  if (instance.app.toUpperCase() !== app) return `instance.app is ${instance.app}, not ${app}`;
  const id = instance.instanceId ?? instance.hostName;
  if (id === undefined) return 'instance has neither instanceId nor hostName';
  return { id, info: json.parse({ ...instance, app, instanceId: id }) };
}

/** How long it may go without a renewal, µs. */
export function leaseOf(info: Json): number {
  const { leaseInfo } = info as { readonly leaseInfo?: { readonly durationInSecs?: number } };
  return Math.round((leaseInfo?.durationInSecs ?? usualSeconds) * 1_000_000);
}
