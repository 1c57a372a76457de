/** What OpenFeature's SDK listens to: who hears of which event. */
type Handler = (details?: never) => unknown;
type Called = (details?: object) => unknown;

export class Listeners {
  private readonly handlers = new Map<string, Called[]>();

  emit(event: string, details: object = {}): void {
    // One handler that throws must not keep others from hearing it.
    for (const handler of this.getHandlers(event)) void call(handler, details);
  }

  addHandler(event: string, handler: Handler): void {
    this.handlers.set(event, [...this.getHandlers(event), handler as Called]);
  }

  removeHandler(event: string, handler: Handler): void {
    this.handlers.set(
      event,
      this.getHandlers(event).filter((h) => h !== handler),
    );
  }

  removeAllHandlers(event?: string): void {
    if (event === undefined) this.handlers.clear();
    else this.handlers.delete(event);
  }

  getHandlers(event: string): Called[] {
    return this.handlers.get(event) ?? [];
  }

  /** It says nothing. */
  setLogger(): this {
    return this;
  }
}

async function call(handler: Called, details: object): Promise<void> {
  try {
    await handler(details);
  } catch {
    // Of the program that listens; it has no other place to be told.
  }
}
