/**
 * pg-boss 10.4.2, as it is installed, on a real PostgreSQL: a worker that stands still in the middle of a job for longer
 * than the job's expiry, and goes on. In real time, as its queue is SQL. https://timgit.github.io/pg-boss/#/./api/jobs
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import PgBoss from 'pg-boss';
import { hostOf } from '../../../harness/core/address.ts';
import type { HistoryEvent } from '../../../harness/core/history.ts';
import type { Verdict } from '../../../harness/core/verdict.ts';
import { jobOnce } from '../../../harness/invariants/jobs.ts';
import { postgres } from '../../../harness/systems/postgres/index.ts';
import { startProduct } from '../../systems/product.ts';
import { bossOptions, queue } from './boss.ts';

const job = 'mail-1';
/** The second worker looks for jobs at least so often before the first goes on. */
const looks = 8;

export interface JobsShown {
  readonly verdict: Verdict;
  /** What workers said, in the order in which it was heard. */
  readonly told: readonly string[];
}

/** One job, two workers, of which the first stands still when it has begun. */
export async function showJobs(expireInSeconds: number): Promise<JobsShown> {
  await using product = await startProduct(postgres);
  const [endpoint] = product.subject.endpoints;
  if (endpoint === undefined) throw new Error('PostgreSQL has an endpoint');
  const url = `postgres://postgres@${hostOf(endpoint)}/postgres`;
  const boss = new PgBoss({ connectionString: url, ...bossOptions });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue(queue);
  const book = new Book();
  book.enqueued();
  await boss.send(queue, { name: job }, { expireInSeconds, retryLimit: 2 });
  const first = new Worker(0, url, book);
  const second = new Worker(1, url, book);
  try {
    first.start();
    await first.said('begins');
    first.process?.kill('SIGSTOP');
    second.start();
    // With a short expiry it gets the job; with a long one it never does, however long one waits.
    await Promise.race([second.said('ends'), passes(boss)]);
    first.process?.kill('SIGCONT');
    await first.said('ends');
  } finally {
    for (const { process } of [first, second]) process?.kill('SIGKILL');
    await boss.stop({ graceful: false });
  }
  return { verdict: jobOnce().judge(book.history(), {} as never), told: book.told };
}

/** So many rounds of the library's own maintenance, which is what expires jobs. */
async function passes(boss: PgBoss): Promise<void> {
  for (let i = 0; i < looks; i++) {
    await boss.maintain();
    await new Promise((wake) => setTimeout(wake, 1_000));
  }
}

class Worker {
  process: ChildProcess | null = null;
  private readonly id: number;
  private readonly url: string;
  private readonly book: Book;

  constructor(id: number, url: string, book: Book) {
    this.id = id;
    this.url = url;
    this.book = book;
  }

  start(): void {
    const file = fileURLToPath(new URL('./worker.js', import.meta.url));
    const child = spawn(process.execPath, [file, this.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.process = child;
    createInterface(child.stdout).on('line', (line) => {
      this.book.heard(this.id, line);
      child.emit(line.split(' ')[0] ?? '');
    });
  }

  async said(word: 'begins' | 'ends'): Promise<void> {
    if (this.process !== null) await once(this.process, word);
  }
}

/** What was done, as operations of a queue. */
class Book {
  readonly told: string[] = [];
  private readonly events: HistoryEvent[] = [];

  enqueued(): void {
    this.add(2, 'enqueue', job);
  }

  heard(worker: number, line: string): void {
    this.told.push(`worker ${worker} ${line}`);
    const [word, name = ''] = line.split(' ');
    if (word === 'begins') this.add(worker, 'dequeue', name);
  }

  history(): { events: HistoryEvent[]; readyUs: number; endUs: number } {
    return { events: this.events, readyUs: 0, endUs: this.events.length };
  }

  private add(process: number, f: string, value: string): void {
    const op = this.events.length;
    const about = { process, op, f, key: queue };
    const input = f === 'enqueue' ? value : null;
    this.events.push({ type: 'invoke', timeUs: op, ...about, value: input });
    this.events.push({ type: 'ok', timeUs: op + 1, ...about, value });
  }
}
