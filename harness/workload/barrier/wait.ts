/** Waits at a barrier: one question after the other, until all have come or gone or the time is over. */
import { z } from 'zod';
import type { Operation } from '../../core/program.ts';
import type { Outcome } from '../../core/system.ts';
import type { Drive, DriveContext } from '../drive.ts';

export const waitInput = z.object({
  party: z.string(),
  parties: z.number().int().positive(),
  phase: z.enum(['enter', 'leave']),
  /** At most about so long, µs. */
  forUs: z.number().int().positive(),
  /** Between two questions, µs. */
  pollUs: z.number().int().positive(),
});
export type WaitInput = z.infer<typeof waitInput>;

export const waitOutput = z.object({
  isPassed: z.boolean(),
  /** Questions of which nobody knows what became of them: they may still be carried out. */
  untold: z.number().int().nonnegative(),
});
export type WaitOutput = z.infer<typeof waitOutput>;

/** Ids of questions stay apart from those of operations, and of other operations' questions. */
const idStep = 2 ** 22;

export class Wait implements Drive {
  private readonly c: DriveContext<WaitInput>;
  private readonly untilUs: number;
  private asked = 0;
  private answered = 0;
  private untold = 0;
  private open: Operation | null = null;
  private isOver = false;

  constructor(context: DriveContext<WaitInput>) {
    this.c = context;
    this.untilUs = context.scheduler.nowUs() + context.input.forUs;
    this.ask();
  }

  stop(): void {
    this.isOver = true;
    if (this.open !== null) this.c.abandon(this.open);
  }

  private ask(): void {
    if (this.isOver) return;
    const { op, input, scheduler, deadlineUs, start, abandon } = this.c;
    const { party, parties, phase } = input;
    this.asked += 1;
    const id = idStep * this.asked + op.id;
    const value = { party, parties };
    const question: Operation = { id, afterUs: 0, f: `${phase}-barrier`, key: op.key, value };
    this.open = question;
    scheduler.after(deadlineUs, () => {
      if (this.open !== question || this.isOver) return;
      abandon(question);
      this.ended({ type: 'info', error: 'deadline' });
    });
    start(question, (outcome) => {
      if (this.open === question && !this.isOver) this.ended(outcome);
    });
  }

  private ended(outcome: Outcome): void {
    const { scheduler, input, done } = this.c;
    this.open = null;
    if (outcome.type === 'ok') this.answered += 1;
    if (outcome.type === 'info') this.untold += 1;
    const isPassed = outcome.type === 'ok' && outcome.value === true;
    if (!isPassed && scheduler.nowUs() < this.untilUs) {
      return scheduler.after(input.pollUs, () => this.ask());
    }
    this.isOver = true;
    // Whoever was never answered may have come, or not.
    if (this.answered === 0) return done({ type: 'info', error: 'no answer while it waited' });
    done({ ...outcome, type: 'ok', value: { isPassed, untold: this.untold } });
  }
}
