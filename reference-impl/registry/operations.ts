/** What somebody outside may ask of the registry: for himself, by the lease that he was given. */
import type { Call, Json } from '../../harness/core/host.ts';
import type { Consistency, Registered, StoreOp } from '../store/asked.ts';

export const registryOperations = {
  catalog,
  'register-instance': register,
  register: registerByName,
  renew: ({ value }: Call) => ofLease('renew', value),
  deregister: ({ value }: Call) => ofLease('deregister', value),
  discover: ({ key }: Call): StoreOp => ({ f: 'lookup', service: key, consistency: 'consistent' }),
  'renew-lease': ({ value }: Call) => ofLease('renew', value),
  'deregister-lease': ({ value }: Call) => ofLease('deregister', value),
} as const;

/** All that the catalog says of the service `key` (of all when it is empty), as fresh as asked. */
function catalog({ key, value }: Call): StoreOp {
  const consistency = value === null ? 'consistent' : (value as Consistency);
  return { f: 'lookup', service: key, consistency };
}

/** `{ instance, zone, tags, ttlUs }`, and what else there is to say; answers with the lease. */
function register({ key, value }: Call): StoreOp | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { instance, zone, tags, ttlUs, address, port, health, meta } =
    value as unknown as Registered;
  return {
    f: 'register',
    service: key,
    instance,
    zone,
    tags,
    ttlUs,
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
    ...(health !== undefined && { health }),
    ...(meta !== undefined && { meta }),
  };
}

/** `{ instance, ttlUs }`: a name is all that a workload has to say of an instance. */
function registerByName({ key, value }: Call): StoreOp | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { instance, ttlUs } = value as unknown as Registered;
  return { f: 'register', service: key, instance, zone: '', tags: [], ttlUs };
}

function ofLease(f: 'renew' | 'deregister', lease: Json): StoreOp | null {
  return typeof lease === 'number' ? { f, lease } : null;
}
