/**
 * A small etcd that speaks gRPC, by the protocol file that the client etcd3 brings along. It keeps all in
 * memory: pause it or cut it off, but a crash would make it forget what a real one has on disk.
 */
import grpc from '@grpc/grpc-js';
import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ServiceForm } from '../../../harness/index.ts';
import { Operations } from './operations.ts';
import type { TxnRequest } from './operations.ts';
import { SmallStore } from './store.ts';
import type { Change } from './store.ts';

const leasesMax = 2 ** 48;
const noLease = { code: grpc.status.NOT_FOUND, details: 'etcdserver: requested lease not found' };

type Answered = (error: object | null, answer?: object) => void;

interface Unary<T> {
  readonly request: T;
}

interface Stream<T> {
  on(event: 'data', f: (request: T) => void): this;
  on(event: 'end' | 'cancelled' | 'close', f: () => void): this;
  on(event: 'error', f: (error: Error) => void): this;
  write(answer: object): void;
  end(): void;
}

interface WatchRequest {
  readonly create_request?: {
    readonly key: Buffer;
    readonly range_end: Buffer;
    readonly start_revision: number;
    readonly filters: readonly ('Noput' | 'Nodelete')[];
  };
  readonly cancel_request?: { readonly watch_id: number };
}

/** Makes one, empty. */
export function smallEtcd(): ServiceForm {
  const store = new SmallStore();
  const operations = new Operations(store);
  const server = new grpc.Server();
  const { KV, Lease, Watch } = services();
  server.addService(KV, keys(operations));
  server.addService(Lease, leases(store, operations));
  server.addService(Watch, {
    watch: (call: unknown) => watch(call as Stream<WatchRequest>, store, operations),
  });
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  return { accept: (socket) => injector.injectConnection(socket) };
}

function keys(o: Operations): UntypedServiceImplementation {
  const unary =
    <T>(f: (request: T) => object) =>
    (call: Unary<T>, done: Answered): void =>
      done(null, f(call.request));
  return {
    range: unary((r: Parameters<Operations['range']>[0]) => o.range(r)),
    put: unary((r: Parameters<Operations['put']>[0]) => o.put(r)),
    deleteRange: unary((r: Parameters<Operations['remove']>[0]) => o.remove(r)),
    txn: unary((r: TxnRequest) => o.txn(r)),
  } as unknown as UntypedServiceImplementation;
}

function leases(store: SmallStore, o: Operations): UntypedServiceImplementation {
  return {
    leaseGrant(call: Unary<{ readonly TTL: number }>, done: Answered) {
      const ID = 1 + Math.floor(Math.random() * leasesMax);
      const { TTL } = call.request;
      store.grant(ID, TTL);
      done(null, { header: o.header(), ID, TTL });
    },
    leaseRevoke(call: Unary<{ readonly ID: number }>, done: Answered) {
      if (store.revoke(call.request.ID)) done(null, { header: o.header() });
      else done(noLease);
    },
    leaseKeepAlive(call: Stream<{ readonly ID: number }>) {
      call.on('data', ({ ID }) => call.write({ header: o.header(), ID, TTL: store.renew(ID) }));
      call.on('end', () => call.end());
      call.on('error', () => undefined);
    },
  } as unknown as UntypedServiceImplementation;
}

function watch(call: Stream<WatchRequest>, store: SmallStore, o: Operations): void {
  const stops = new Map<number, () => void>();
  const stopAll = (): void => {
    for (const stop of stops.values()) stop();
  };
  let watches = 0;
  call.on('data', ({ create_request: create, cancel_request: cancel }) => {
    if (create) {
      const watch_id = watches++;
      call.write({ header: o.header(), watch_id, created: true });
      const isWanted = ({ type }: Change): boolean =>
        !create.filters.includes(type === 'Put' ? 'Noput' : 'Nodelete');
      const told = (changes: readonly Change[]): void => {
        const events = changes.filter(isWanted);
        if (events.length > 0) call.write({ header: o.header(), watch_id, events });
      };
      const range = { key: create.key, end: create.range_end };
      stops.set(watch_id, store.watch(range, create.start_revision, told));
    } else if (cancel) {
      const { watch_id } = cancel;
      stops.get(watch_id)?.();
      stops.delete(watch_id);
      call.write({ header: o.header(), watch_id, canceled: true });
    }
  });
  call.on('end', () => {
    stopAll();
    call.end();
  });
  call.on('cancelled', stopAll);
  call.on('error', stopAll);
}

type Services = Readonly<Record<'KV' | 'Lease' | 'Watch', ServiceDefinition>>;
let loaded: Services | null = null;

function services(): Services {
  if (loaded === null) {
    const protocol = decodeURIComponent(
      new URL(import.meta.resolve('etcd3/proto/rpc.proto')).pathname,
    );
    const keep = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true };
    const { etcdserverpb } = grpc.loadPackageDefinition(loadSync(protocol, keep)) as unknown as {
      etcdserverpb: Record<keyof Services, { service: ServiceDefinition }>;
    };
    const { KV, Lease, Watch } = etcdserverpb;
    loaded = { KV: KV.service, Lease: Lease.service, Watch: Watch.service };
  }
  return loaded;
}
