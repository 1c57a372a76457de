/** A run as spans: what OpenTelemetry's own schema takes, and what `check` reads back as the same history. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'mocha';
import { checkHistory } from '../../../harness/checkers/check-history.ts';
import { readForeign } from '../../../harness/checkers/formats/foreign/foreign.ts';
import type { History } from '../../../harness/core/history.ts';
import type { Program } from '../../../harness/core/program.ts';
import { inRequests } from '../../../harness/cli/otlp/request.ts';
import type { Span, TraceRequest } from '../../../harness/cli/otlp/request.ts';
import { runSpans } from '../../../harness/cli/otlp/run-spans.ts';
import type { Run } from '../../../harness/core/environment.ts';
import type { ScenarioRun } from '../../../harness/runner/run-scenario.ts';
import { programOf, runScenario } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { reference } from '../../../reference-impl/system.ts';
import { minorityPartition } from '../../../scenarios/minority-partition.ts';
import { antlion, skipUnlessBuilt } from '../antlion.ts';

interface Message {
  fromObject(value: object): object;
  toObject(message: object, options: object): object;
}
/** The schema of the protocol, compiled by its owners. */
const { opentelemetry } = createRequire(import.meta.url)(
  '@opentelemetry/otlp-transformer/build/src/generated/root.js',
) as {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: Message } };
      };
    };
  };
};
const schema = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** What the schema does not know, or takes for something else, does not come back. */
function assertValid(request: TraceRequest): void {
  const ids = /^(traceId|spanId|parentSpanId)$/;
  // In JSON identifiers are hex; the schema has bytes.
  const bytes = JSON.parse(JSON.stringify(request), (name, value: unknown) =>
    ids.test(name) ? Buffer.from(String(value), 'hex').toString('base64') : value,
  ) as object;
  const back = schema.toObject(schema.fromObject(bytes), { longs: String, bytes: String });
  const plain = JSON.parse(JSON.stringify(back)) as object;
  assert.deepEqual(withoutEmpty(plain), withoutEmpty(bytes));
}

/** An empty list and text are the same as none. */
function withoutEmpty(value: object): unknown {
  return JSON.parse(JSON.stringify(value), (_, v: unknown) =>
    (Array.isArray(v) && v.length === 0) || v === '' ? undefined : v,
  );
}

function trace(mutant: string | null): {
  readonly program: Program;
  readonly history: History;
  readonly requests: readonly TraceRequest[];
  readonly spans: readonly Span[];
  readonly verdict: string;
} {
  // The first seed that shows the mutant.
  for (let seed = 1; ; seed++) {
    const program = programOf(minorityPartition, seed, 'virtual', mutant);
    const found = runScenario<Run>(simulation(), reference, minorityPartition, program);
    if (mutant === null || found.verdict === 'violated') return traceOf(found);
    assert.ok(seed < 20, `${mutant} was not shown`);
  }
}

function traceOf({ run, program, judgement }: ScenarioRun): ReturnType<typeof trace> {
  const resources = runSpans({
    traceId: '0123456789abcdef0123456789abcdef',
    beganNs: 1_764_000_000_000_000_000n,
    seed: 1,
    environment: 'simulation',
    verdict: judgement.verdict,
    verdicts: judgement.verdicts,
    program,
    history: run.history,
    again: null,
  });
  const requests = inRequests(resources, 100);
  const spans = requests.flatMap((r) =>
    r.resourceSpans.flatMap((s) => s.scopeSpans[0]?.spans ?? []),
  );
  return { program, history: run.history, requests, spans, verdict: judgement.verdict };
}

describe('a run as spans', () => {
  it('keeps to the schema of OTLP, each request to its size', () => {
    const { requests, spans } = trace(null);
    assert.ok(requests.length > 1);
    for (const request of requests) {
      assertValid(request);
      assert.ok(request.resourceSpans.flatMap((r) => r.scopeSpans[0]?.spans ?? []).length <= 100);
    }
    assert.equal(new Set(spans.map((s) => s.spanId)).size, spans.length);
    const [root] = spans;
    assert.ok(spans.slice(1).every((s) => s.parentSpanId === root?.spanId));
    assert.throws(() =>
      assertValid({ resourceSpans: [{ ...requests[0]?.resourceSpans[0], scopes: 'x' }] } as never),
    );
  });

  it('tells when each fault took effect, when nodes were up and who led', () => {
    const { spans, program } = trace(null);
    const fault = spans.find((s) => s.name.startsWith('partition'));
    assert.equal(fault?.events[0]?.name, 'took effect');
    assert.ok(BigInt(fault.startTimeUnixNano) <= BigInt(fault.events[0].timeUnixNano));
    const lives = spans.filter((s) => s.name === 'up');
    assert.ok(lives.length >= program.shape.nodes.length);
    assert.ok(lives.some((s) => s.events.some((e) => e.name.startsWith('leader t'))));
  });

  for (const mutant of [null, 'stale-read']) {
    it(`are read back as the same operations, with the same verdict: ${mutant ?? 'correct'}`, () => {
      const { history, requests, spans, verdict } = trace(mutant);
      const text = new TextEncoder().encode(requests.map((r) => JSON.stringify(r)).join('\n'));
      const read = readForeign('otlp', [{ file: 'f', pieces: [text] }], 'f');
      const count = (type: string): number => history.events.filter((e) => e.type === type).length;
      assert.equal(read.invoked, count('invoke'));
      assert.equal(read.failed.length, count('fail'));
      assert.equal(checkHistory(read, { model: 'key-value' }).verdict, verdict);
      const broken = spans[0]?.events.map((e) => e.name) ?? [];
      assert.equal(broken.includes('linearizable is violated'), mutant !== null);
    });
  }
});

describe('run --otlp', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'antlion-otlp-'));
  before(function () {
    skipUnlessBuilt(this);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('writes a file that check reads, or sends to a collector; a place that takes none is told first', async () => {
    const file = join(folder, 'spans.jsonl');
    const got: { path: string; request: TraceRequest }[] = [];
    let answer = { status: 200, text: '{"partialSuccess":{}}' };
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        got.push({ path: request.url ?? '', request: JSON.parse(text) as TraceRequest });
        response.writeHead(answer.status).end(answer.text);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const [toFile, toCollector] = await Promise.all([
        antlion(['run', 'minority-partition', '--otlp', file]),
        antlion(['run', 'minority-partition', '--otlp', url]),
      ]);
      assert.deepEqual([toFile.code, toCollector.code], [0, 0], toFile.stderr + toCollector.stderr);
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      assert.equal(got.length, lines.length + 1);
      assert.deepEqual(got[0], { path: '/v1/traces', request: { resourceSpans: [] } });
      for (const { request } of got) assertValid(request);
      answer = { status: 400, text: 'no' };
      const [checked, refused] = await Promise.all([
        antlion(['check', file, '--format', 'otlp', '--model', 'key-value']),
        antlion(['run', 'minority-partition', '--otlp', url]),
      ]);
      assert.equal(checked.code, 0, checked.stdout);
      assert.equal(refused.code, 69);
      assert.match(refused.stderr, /^E_ENDPOINT: no collector takes spans at \S+: 400 no, wanted/);
      assert.equal(refused.stdout, '');
    } finally {
      server.close();
    }
  });
});
