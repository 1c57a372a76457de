/**
 * toxiproxy-node-client, made patient and talkative: every call has a time limit and errors carry what
 * the server said. The client as published waits for ever and drops the server's words.
 */
import { Toxiproxy } from 'toxiproxy-node-client';
import { HttpClient, type HttpResponse } from 'toxiproxy-node-client/dist/HttpClient.js';

/** A call that did not succeed; `status` is null when there was no answer. */
export class ToxiproxyFailure extends Error {
  override readonly name = 'ToxiproxyFailure';
  readonly status: number | null;

  constructor(message: string, status: number | null, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** A client of the server at `api`, `http://127.0.0.1:8474`, whose calls throw `ToxiproxyFailure`. */
export function connectToxiproxy(api: string, timeoutUs: number): Toxiproxy {
  const client = new Toxiproxy(api);
  client.api = new PatientHttpClient(timeoutUs);
  return client;
}

class PatientHttpClient extends HttpClient {
  private readonly timeoutMs: number;

  constructor(timeoutUs: number) {
    super();
    this.timeoutMs = Math.ceil(timeoutUs / 1_000);
  }

  override async get<T>(url: string): Promise<HttpResponse<T>> {
    return { data: parse<T>(await this.send('GET', url)) };
  }

  override async post<T>(url: string, body?: unknown): Promise<HttpResponse<T>> {
    return { data: parse<T>(await this.send('POST', url, body)) };
  }

  override async delete(url: string): Promise<void> {
    await this.send('DELETE', url);
  }

  override getText(url: string): Promise<string> {
    return this.send('GET', url);
  }

  private async send(method: string, url: string, body?: unknown): Promise<string> {
    const what = `${method} ${url}`;
    try {
      const answer = await fetch(url, {
        method,
        signal: AbortSignal.timeout(this.timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) {
        throw new ToxiproxyFailure(`${what}: ${answer.status} ${text.trim()}`, answer.status);
      }
      return text;
    } catch (e) {
      if (e instanceof ToxiproxyFailure) throw e;
      throw new ToxiproxyFailure(`${what}: ${whyNoAnswer(e)}`, null, { cause: e });
    }
  }
}

function parse<T>(text: string): T {
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** fetch hides the reason in the cause. */
function whyNoAnswer(e: unknown): string {
  const cause = e instanceof Error && e.cause instanceof Error ? e.cause : e;
  return cause instanceof Error ? cause.message : String(cause);
}
