/** What programs register, in Consul's words. */
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import type { Json } from '../../harness/core/host.ts';
import type { CheckConfig, Status } from './check-state.ts';
import { durationOf, Refused } from './context.ts';

export interface ServiceInput {
  readonly name: string;
  readonly id: string;
  readonly tags: readonly string[];
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly meta: Readonly<Record<string, string>>;
}

export interface CheckInput extends CheckConfig {
  readonly id: string;
  readonly name: string;
  readonly first: Status;
  readonly intervalUs: number;
  readonly timeoutUs: number;
  /** Of one that reports itself it is not used. */
  readonly of:
    | { readonly url: string; readonly method: string }
    | { readonly host: string; readonly port: number };
}

const serviceSchema = z.object({
  Name: z.string().min(1),
  ID: z.string().min(1).optional(),
  Tags: z.array(z.string()).nullish(),
  Address: z.string().optional(),
  Port: z.int().min(0).max(65_535).optional(),
  Meta: z.record(z.string(), z.string()).nullish(),
  Weights: z.object({ Passing: z.int().min(0).max(65_535) }).nullish(),
});

const checkSchema = z.object({
  CheckID: z.string().optional(),
  ID: z.string().optional(),
  Name: z.string().optional(),
  TTL: z.string().optional(),
  HTTP: z.string().optional(),
  Method: z.string().optional(),
  TCP: z.string().optional(),
  Interval: z.string().optional(),
  Timeout: z.string().optional(),
  Status: z.enum(['passing', 'warning', 'critical']).optional(),
  SuccessBeforePassing: z.int().min(0).optional(),
  FailuresBeforeCritical: z.int().min(0).optional(),
  DeregisterCriticalServiceAfter: z.string().optional(),
});

/** Of D2. */
const usual = {
  interval: '10s',
  timeout: '3s',
  successesToPassing: 2,
  failuresToCritical: 3,
  deregister: '30s',
};

/** `node` is where it registers. Throws a `Refused`. */
export function serviceOf(body: Json, node: string): ServiceInput {
  const s = parsed(serviceSchema, body);
  const weight =
    s.Weights === undefined || s.Weights === null
      ? {}
      : { 'dns-weight': String(s.Weights.Passing) };
  return {
    name: s.Name,
    id: s.ID ?? s.Name,
    tags: s.Tags ?? [],
    address: s.Address === '' ? undefined : s.Address,
    port: s.Port === 0 ? undefined : s.Port,
    meta: { ...s.Meta, ...weight, 'consul-node': node },
  };
}

/** Throws a `Refused`; what runs programs (`Args`, `Script`) is refused, as at an agent that does not allow it. */
export function checksOf(body: Readonly<Record<string, Json>>, service: string): CheckInput[] {
  const { Check: one, Checks: several } = body;
  const given = [
    ...(one === undefined || one === null ? [] : [one]),
    ...(Array.isArray(several) ? several : []),
  ];
  return given.map((check, i) => {
    const { Args: args, Script: script } = check as Readonly<Record<string, Json>>;
    if (args !== undefined || script !== undefined) {
      throw new Refused(
        400,
        'Scripts are disabled on this agent; to enable, use TTL, HTTP or TCP checks',
      );
    }
    const c = parsed(checkSchema, check);
    // As Consul numbers them: the only one has no number.
    const id = c.CheckID ?? c.ID ?? `service:${service}${given.length > 1 ? `:${i + 1}` : ''}`;
    const ttlUs = c.TTL === undefined ? 0 : durationOf(c.TTL);
    return {
      id,
      name: c.Name ?? `Service '${service}' check`,
      first: c.Status ?? 'critical',
      ttlUs,
      intervalUs: Math.max(100_000, durationOf(c.Interval ?? usual.interval)),
      timeoutUs: durationOf(c.Timeout ?? usual.timeout),
      successesToPassing: c.SuccessBeforePassing ?? usual.successesToPassing,
      failuresToCritical: c.FailuresBeforeCritical ?? usual.failuresToCritical,
      deregisterUs: durationOf(c.DeregisterCriticalServiceAfter ?? usual.deregister),
      of: targetOf(c, ttlUs),
    };
  });
}

function targetOf(
  { HTTP: url, TCP: tcp, Method: method = 'GET' }: z.infer<typeof checkSchema>,
  ttlUs: number,
): CheckInput['of'] {
  if (url !== undefined && URL.canParse(url)) return { url, method };
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(tcp ?? '') ?? [];
  if (host !== '')
    return { host: isIPv6(host.slice(1, -1)) ? host.slice(1, -1) : host, port: Number(port) };
  if (ttlUs > 0) return { host: '', port: 0 };
  throw new Refused(400, 'Invalid check: TTL must be > 0 or HTTP or TCP must be set');
}

function parsed<T>(schema: z.ZodType<T>, given: Json): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refused(400, `Request decode failed: ${issue?.path.join('.')} ${issue?.message}`);
}
