/**
 * A run as one trace: the run itself, with an event for each promise that was broken; below it every fault,
 * every life of a node, and every operation of a client. Operations carry what `antlion check --format otlp`
 * reads.
 */
import type { FaultEvent, History, NodeEvent, OperationEvent } from '../../core/history.ts';
import { isOperation } from '../../core/history.ts';
import type { Json } from '../../core/host.ts';
import type { Program } from '../../core/program.ts';
import type { Verdict, VerdictKind } from '../../core/verdict.ts';
import { describeFault, nodeName } from '../../faults/describe.ts';
import { operationKind } from '../../workload/families.ts';
import { attributes, resource } from './request.ts';
import type { ResourceSpans, Span, SpanEvent } from './request.ts';

export interface TracedRun {
  /** 32 hex digits, of this run alone. */
  readonly traceId: string;
  /** When the run began, nanoseconds since 1970. */
  readonly beganNs: bigint;
  readonly seed: number;
  readonly environment: string;
  readonly verdict: VerdictKind;
  readonly verdicts: readonly Verdict[];
  readonly program: Program;
  readonly history: History;
  /** Of a violation: shows it again. */
  readonly again: string | null;
}

/** The run first; then a resource for each node and client that did anything. */
export function runSpans(run: TracedRun): ResourceSpans[] {
  return new RunTrace(run).resources();
}

class RunTrace {
  private readonly r: TracedRun;
  private spans = 0;
  private readonly rootId: string;

  constructor(run: TracedRun) {
    this.r = run;
    this.rootId = this.nextId();
  }

  resources(): ResourceSpans[] {
    const { program, history } = this.r;
    const { nodes, clients } = program.shape;
    const own = Array.from({ length: nodes.length + clients }, (): Span[] => []);
    for (const [node, span] of this.lives()) own[node]?.push(span);
    for (const [client, span] of this.operations()) own[nodes.length + client]?.push(span);
    const root = this.root(history);
    return [
      resource('antlion', [root, ...this.faults()]),
      ...own.flatMap((spans, id) =>
        spans.length === 0 ? [] : [resource(nodeName(program.shape, id), spans)],
      ),
    ];
  }

  private root({ endUs }: History): Span {
    const { program, seed, environment, verdict, verdicts, again } = this.r;
    const events = verdicts.flatMap((v): SpanEvent[] =>
      v.kind !== 'violated'
        ? []
        : [
            {
              timeUnixNano: this.ns(v.explanation.atUs),
              name: `${v.invariant} is violated`,
              attributes: attributes({ 'antlion.facts': v.explanation.sentences.join('\n') }),
            },
          ],
    );
    return {
      ...this.span(`${program.scenario} seed ${seed}`, 0, endUs),
      spanId: this.rootId,
      parentSpanId: '',
      attributes: attributes({
        'antlion.scenario': program.scenario,
        'antlion.seed': seed,
        'antlion.environment': environment,
        'antlion.verdict': verdict,
        'antlion.replay': again ?? undefined,
      }),
      events,
      ...(verdict === 'violated' && { status: { code: 2, message: 'a promise is violated' } }),
    };
  }

  private faults(): Span[] {
    const { program, history } = this.r;
    const open = new Map<number, { begin: FaultEvent; effectiveUs: number | null }>();
    const spans: Span[] = [];
    const close = (fault: number, untilUs: number): void => {
      const seen = open.get(fault);
      if (seen === undefined) return;
      open.delete(fault);
      const { begin, effectiveUs } = seen;
      const planned = program.faults[fault];
      const { kind } = begin;
      const text = planned === undefined ? kind : describeFault(planned, program.shape, begin);
      spans.push({
        ...this.span(text, begin.timeUs, untilUs),
        attributes: attributes({ 'antlion.fault': fault, 'antlion.fault.kind': kind }),
        events: effectiveUs === null ? [] : [this.event('took effect', effectiveUs)],
      });
    };
    for (const e of history.events) {
      if (e.type !== 'fault') continue;
      if (e.phase === 'begin') open.set(e.fault, { begin: e, effectiveUs: null });
      else if (e.phase === 'end') close(e.fault, e.timeUs);
      else {
        const seen = open.get(e.fault);
        if (seen !== undefined) seen.effectiveUs ??= e.timeUs;
      }
    }
    for (const fault of [...open.keys()]) close(fault, history.endUs);
    return spans;
  }

  /** From the start of a process to its end, with who led. */
  private *lives(): Iterable<readonly [node: number, span: Span]> {
    const { history } = this.r;
    const open = new Map<number, { fromUs: number; events: SpanEvent[] }>();
    const close = (node: number, untilUs: number, how: NodeEvent | null): Span | null => {
      const life = open.get(node);
      if (life === undefined) return null;
      open.delete(node);
      return {
        ...this.span('up', life.fromUs, untilUs),
        events: life.events,
        ...(how !== null &&
          how.change !== 'stopped' && {
            status: { code: 2, message: how.reason ?? how.change },
          }),
      };
    };
    for (const e of history.events) {
      if (e.type === 'node') {
        const ended = close(e.node, e.timeUs, e.change === 'started' ? null : e);
        if (ended !== null) yield [e.node, ended];
        if (e.change === 'started') open.set(e.node, { fromUs: e.timeUs, events: [] });
      } else if (e.type === 'observe' && e.value.kind === 'role') {
        open.get(e.node)?.events.push(this.event(`${e.value.role} t${e.value.term}`, e.timeUs));
      }
    }
    for (const node of [...open.keys()]) {
      const ended = close(node, history.endUs, null);
      if (ended !== null) yield [node, ended];
    }
  }

  private *operations(): Iterable<readonly [client: number, span: Span]> {
    const { history, program } = this.r;
    const open = new Map<number, OperationEvent>();
    const clientOf = (e: OperationEvent): number => e.process % Math.max(1, program.shape.clients);
    for (const e of history.events) {
      // A load is many requests, and no operation of a model.
      if (!isOperation(e) || operationKind(e.f)?.drive !== undefined) continue;
      const begin = open.get(e.op);
      if (e.type === 'invoke') open.set(e.op, e);
      else if (begin !== undefined) {
        open.delete(e.op);
        yield [clientOf(e), this.operation(begin, e)];
      }
    }
    for (const begin of open.values()) yield [clientOf(begin), this.operation(begin, null)];
  }

  /** `end` is null of one that was never answered. */
  private operation(begin: OperationEvent, end: OperationEvent | null): Span {
    const { shape } = this.r.program;
    const type = end?.type ?? 'info';
    const text = (value: Json): string => JSON.stringify(value);
    const message = end?.error ?? (type === 'info' ? 'nobody knows' : 'failed');
    return {
      ...this.span(
        begin.key === '' ? begin.f : `${begin.f} ${begin.key}`,
        begin.timeUs,
        end?.timeUs ?? this.r.history.endUs,
      ),
      kind: 3,
      attributes: attributes({
        'history.f': begin.f,
        'history.process': begin.process,
        // Texts of JSON, each: a key that looks like a number stays a text.
        'history.key': text(begin.key),
        'history.input': text(begin.value),
        'history.type': type,
        'history.output': end?.type === 'ok' ? text(end.value) : undefined,
        'history.version': end?.version,
        'server.address': end?.node === undefined ? undefined : nodeName(shape, end.node),
      }),
      ...(type !== 'ok' && { status: { code: 2, message } }),
    };
  }

  private span(name: string, fromUs: number, untilUs: number): Span {
    return {
      traceId: this.r.traceId,
      spanId: this.nextId(),
      parentSpanId: this.rootId,
      name,
      kind: 1,
      startTimeUnixNano: this.ns(fromUs),
      endTimeUnixNano: this.ns(untilUs),
      attributes: [],
      events: [],
    };
  }

  private event(name: string, atUs: number): SpanEvent {
    return { timeUnixNano: this.ns(atUs), name, attributes: [] };
  }

  private nextId(): string {
    this.spans += 1;
    return this.spans.toString(16).padStart(16, '0');
  }

  private ns(us: number): string {
    return String(this.r.beganNs + BigInt(Math.round(us * 1_000)));
  }
}
