/** A library that knows nothing of antlion: a circuit breaker that opens for ten seconds after three failures in a row. */
export class Breaker {
  failures = 0;
  openedAt = -Infinity;

  constructor(action, { countsTimeouts }) {
    this.action = action;
    this.countsTimeouts = countsTimeouts;
  }

  async fire() {
    if (this.failures >= 3 && Date.now() - this.openedAt < 10_000) throw new Error('open');
    try {
      const value = await this.inTime();
      this.failures = 0;
      return value;
    } catch (error) {
      if (this.countsTimeouts || error.message !== 'timed out') this.failures += 1;
      this.openedAt = Date.now();
      throw error;
    }
  }

  inTime() {
    return new Promise((resolve, reject) => {
      const alarm = setTimeout(() => reject(new Error('timed out')), 500);
      this.action()
        .then(resolve, reject)
        .finally(() => clearTimeout(alarm));
    });
  }
}
