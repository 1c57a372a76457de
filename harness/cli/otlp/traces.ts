/** `--otlp FILE|URL`: each run as a trace, in a file that `check` reads or to a collector. */
import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { HarnessError } from '../../core/errors.ts';
import { inRequests } from './request.ts';
import type { TraceRequest } from './request.ts';
import { runSpans } from './run-spans.ts';
import type { ScenarioRun } from '../../runner/run-scenario.ts';
import type { JudgedGround } from '../report/report-book.ts';
import type { RunReport } from '../run/run-once.ts';
import { orFolderError } from '../files/whole-file.ts';

/** Spans in one request: below what collectors take (4 MiB of gRPC, 20 MiB of HTTP) with long values. */
const spansMax = 2_000;
const answerMsMax = 10_000;
/** What a collector does with `http://host:4318`, as the exporters of OpenTelemetry have it. */
const usualPath = '/v1/traces';

type Send = (request: TraceRequest) => Promise<void>;

export class Traces {
  private readonly send: Send;

  private constructor(send: Send) {
    this.send = send;
  }

  /** Tries it before a run is spent. Throws E_FOLDER or E_ENDPOINT. */
  static async open(place: string): Promise<Traces> {
    const send = /^https?:\/\//.test(place) ? collector(urlOf(place)) : file(place);
    await send({ resourceSpans: [] });
    return new Traces(send);
  }

  /** A run that was broken off has no trace. */
  async add(_: JudgedGround, report: RunReport, result: ScenarioRun | null): Promise<void> {
    if (result === null) return;
    const { run, program, judgement } = result;
    // It has just ended; simulated time has no place on the clock of its own.
    const beganNs =
      BigInt(Date.now()) * 1_000_000n - BigInt(Math.round(run.history.endUs)) * 1_000n;
    const { scenario, seed, environment, verdict, story } = report;
    const name = `${scenario} ${seed} ${environment} ${beganNs}`;
    const spans = runSpans({
      traceId: createHash('sha256').update(name).digest('hex').slice(0, 32),
      beganNs,
      seed,
      environment,
      verdict,
      verdicts: judgement.verdicts,
      program,
      history: run.history,
      again: story?.again ?? null,
    });
    for (const request of inRequests(spans, spansMax)) await this.send(request);
  }
}

/** A request a line. */
function file(path: string): Send {
  const guarded = (work: () => void): void =>
    orFolderError(
      `spans cannot be written to ${path}`,
      'a file in a folder of yours. Pass --otlp with another.',
      work,
    );
  let isOpen = false;
  return (request) => {
    guarded(() => {
      if (isOpen) appendFileSync(path, `${JSON.stringify(request)}\n`);
      else writeFileSync(path, '');
      isOpen = true;
    });
    return Promise.resolve();
  };
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    throw new HarnessError('E_USAGE', `otlp is ${text}, wanted a URL. Pass http://127.0.0.1:4318.`);
  }
  if (url.pathname === '/') url.pathname = usualPath;
  return url;
}

function collector(url: URL): Send {
  const refuse = (why: string): never => {
    throw new HarnessError(
      'E_ENDPOINT',
      `no collector takes spans at ${url.href}: ${why}, wanted OTLP over HTTP with JSON. Start one, or pass --otlp with a file.`,
    );
  };
  return async (request) => {
    let answer: Response;
    try {
      answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
        signal: AbortSignal.timeout(answerMsMax),
      });
    } catch (error) {
      const { cause, message } = error as Error;
      return refuse(cause instanceof Error ? cause.message || message : message);
    }
    const text = await answer.text();
    if (!answer.ok) return refuse(`${answer.status} ${text.slice(0, 200)}`.trim());
    const rejected = rejectedBy(text);
    if (rejected > 0) refuse(`it rejected ${rejected} spans`);
  };
}

/** Of an answer that is no JSON nobody knows more than its status. */
function rejectedBy(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text) as {
      readonly partialSuccess?: { readonly rejectedSpans?: number | string };
    };
    return Number(partialSuccess?.rejectedSpans ?? 0);
  } catch {
    return 0;
  }
}
