/**
 * As much of Kubernetes' API server as an election needs: Leases of `coordination.k8s.io/v1` with their
 * `resourceVersion` and a watch, over plain HTTP. One server, in memory: cut it off or pause it, but do not crash it.
 *
 * Kubernetes API reference, "Lease" and "Kubernetes API Concepts": https://kubernetes.io/docs/reference/
 */
import { httpService } from '../../harness/index.ts';
import type { ServiceForm } from '../../harness/index.ts';

interface Lease {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion?: string;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

type ChangeKind = 'ADDED' | 'MODIFIED';
type Told = (kind: ChangeKind, lease: Lease) => void;

const apiVersion = 'coordination.k8s.io/v1';
/** `/apis/coordination.k8s.io/v1/namespaces/NAMESPACE/leases[/NAME]` */
const pathForm = /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/([^/]+)\/leases(?:\/([^/]+))?$/;

/** Makes one, empty. */
export function smallKubernetes(): ServiceForm {
  const leases = new Leases();
  return httpService(async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const [, namespace, name] = pathForm.exec(pathname) ?? [];
    if (namespace === undefined) return failed(404, 'NotFound');
    if (searchParams.get('watch') === 'true') return watched(leases, namespace);
    if (request.method === 'GET' && name !== undefined) return leases.read(namespace, name);
    const lease = (await request.json()) as Lease;
    return request.method === 'POST' && name === undefined
      ? leases.create(namespace, lease)
      : leases.replace(namespace, lease);
  });
}

class Leases {
  private version = 0;
  private readonly kept = new Map<string, Lease>();
  private readonly watching = new Map<Told, string>();

  read(namespace: string, name: string): Response {
    const lease = this.kept.get(`${namespace}/${name}`);
    return lease === undefined ? failed(404, 'NotFound') : told(200, lease);
  }

  create(namespace: string, lease: Lease): Response {
    if (this.kept.has(`${namespace}/${lease.metadata.name}`)) return failed(409, 'AlreadyExists');
    return told(201, this.write(namespace, lease, 'ADDED'));
  }

  /** Whoever names a version replaces that one or none. */
  replace(namespace: string, lease: Lease): Response {
    const before = this.kept.get(`${namespace}/${lease.metadata.name}`);
    if (before === undefined) return failed(404, 'NotFound');
    const { resourceVersion } = lease.metadata;
    const isOld =
      (resourceVersion ?? '') !== '' && resourceVersion !== before.metadata.resourceVersion;
    return isOld ? failed(409, 'Conflict') : told(200, this.write(namespace, lease, 'MODIFIED'));
  }

  /** Tells what there is, and what changes from now on; gives what ends it. */
  watch(namespace: string, tell: Told): () => void {
    for (const [key, lease] of this.kept) if (key.startsWith(`${namespace}/`)) tell('ADDED', lease);
    this.watching.set(tell, namespace);
    return () => this.watching.delete(tell);
  }

  private write(namespace: string, { metadata, spec }: Lease, kind: ChangeKind): Lease {
    this.version += 1;
    const resourceVersion = String(this.version);
    const lease = {
      apiVersion,
      kind: 'Lease',
      metadata: { name: metadata.name, namespace, resourceVersion },
      ...(spec !== undefined && { spec }),
    };
    this.kept.set(`${namespace}/${metadata.name}`, lease);
    for (const [tell, where] of this.watching) if (where === namespace) tell(kind, lease);
    return lease;
  }
}

/** One change a line, until whoever asked is gone. */
function watched(leases: Leases, namespace: string): Response {
  let end = (): void => undefined;
  const lines = new ReadableStream<Uint8Array>({
    start(controller) {
      const encoder = new TextEncoder();
      end = leases.watch(namespace, (type, object) =>
        controller.enqueue(encoder.encode(`${JSON.stringify({ type, object })}\n`)),
      );
    },
    cancel: () => end(),
  });
  return new Response(lines, { headers: { 'content-type': 'application/json' } });
}

function told(code: number, lease: Lease): Response {
  return Response.json(lease, { status: code });
}

function failed(code: number, reason: string): Response {
  const status = { apiVersion: 'v1', kind: 'Status', status: 'Failure', reason, code };
  return Response.json(status, { status: code });
}
