/** Instances as Eureka's REST operations have them. https://github.com/Netflix/eureka/wiki/Eureka-REST-operations */
import type { Json } from '../../core/host.ts';

/** Names of applications belong to everybody, and are stored in upper case: the run's prefix makes them its own. */
export function applicationOf(prefix: string, service: string): string {
  return `${prefix}${service}`.replaceAll(/[^\w-]+/g, '-').toUpperCase();
}

export interface Registered {
  readonly application: string;
  readonly id: string;
  readonly instance: string;
  readonly leaseSeconds: number;
}

export function instanceOf({ application, id, instance, leaseSeconds }: Registered): Json {
  return {
    instance: {
      instanceId: id,
      app: application,
      hostName: instance,
      ipAddr: '127.0.0.1',
      vipAddress: application,
      status: 'UP',
      port: { $: 80, '@enabled': true },
      dataCenterInfo: {
        '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
        name: 'MyOwn',
      },
      leaseInfo: { renewalIntervalInSecs: 1, durationInSecs: leaseSeconds },
      metadata: { instance },
    },
  };
}

interface Application {
  readonly name?: string;
  readonly instance?: readonly {
    readonly instanceId?: string;
    readonly status?: string;
    readonly metadata?: Readonly<Record<string, Json>> | null;
  }[];
}

/** Names of the instances of one application that say that they are up, each once. */
export function namesIn(answer: Json): string[] {
  const { application } = answer as { readonly application?: Application };
  const up = (application?.instance ?? []).filter((i) => i.status === 'UP');
  return [...new Set(up.map((i) => String(i.metadata?.['instance'] ?? '')))];
}

/** `APPLICATION/id` of every instance of applications whose names begin so; null: that is no registry. */
export function idsIn(answer: Json, begins: string): string[] | null {
  const all = (answer as { readonly applications?: { readonly application?: Json } } | null)
    ?.applications?.application;
  if (!Array.isArray(all)) return null;
  return (all as readonly Application[]).flatMap(({ name = '', instance = [] }) =>
    name.startsWith(begins) ? instance.map((i) => `${name}/${i.instanceId ?? ''}`) : [],
  );
}
