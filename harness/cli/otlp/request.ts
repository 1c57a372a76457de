/** OTLP as JSON (opentelemetry-proto 1.x): only as much of it as a run needs. */

export interface TraceRequest {
  readonly resourceSpans: readonly ResourceSpans[];
}

export interface ResourceSpans {
  readonly resource: { readonly attributes: readonly Attribute[] };
  readonly scopeSpans: readonly {
    readonly scope: { readonly name: string };
    readonly spans: readonly Span[];
  }[];
}

export interface Span {
  /** 32 and 16 hex digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it has none. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1: internal, 3: of a client. */
  readonly kind: 1 | 3;
  /** Nanoseconds since 1970, as digits: more than a double holds. */
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  /** 1: ok, 2: error; absent: neither. */
  readonly status?: { readonly code: 1 | 2; readonly message?: string };
}

export interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

export interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

/** What is undefined is left out. */
export function attributes(
  values: Readonly<Record<string, string | number | undefined>>,
): Attribute[] {
  return Object.entries(values).flatMap(([key, value]): Attribute[] => {
    if (value === undefined) return [];
    return [
      {
        key,
        value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
      },
    ];
  });
}

export function resource(serviceName: string, spans: readonly Span[]): ResourceSpans {
  return {
    resource: { attributes: attributes({ 'service.name': serviceName }) },
    scopeSpans: [{ scope: { name: 'antlion' }, spans }],
  };
}

/** The same spans in requests of at most `max`: collectors take only so much at once. */
export function inRequests(all: readonly ResourceSpans[], max: number): TraceRequest[] {
  const requests: TraceRequest[] = [];
  let open: ResourceSpans[] = [];
  let room = max;
  const close = (): void => {
    if (open.length > 0) requests.push({ resourceSpans: open });
    [open, room] = [[], max];
  };
  for (const one of all) {
    const spans = one.scopeSpans.flatMap((s) => s.spans);
    for (let at = 0; at < spans.length;) {
      const part = spans.slice(at, at + room);
      open.push({
        ...one,
        scopeSpans: one.scopeSpans.map(({ scope }) => ({ scope, spans: part })),
      });
      at += part.length;
      room -= part.length;
      if (room === 0) close();
    }
  }
  close();
  return requests;
}
