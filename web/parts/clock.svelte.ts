// The one clock of the pages. Ages are counted by the clock of the gateway, because a reading's
// time is of that clock; the computer that shows the page may be minutes off.

class Clock {
  /** Milliseconds since 1970 by the gateway's clock; moves every second while the page is seen. */
  now = $state(Date.now());
  /** The time zone of the site. */
  timeZone = $state('UTC');
  #ahead = 0;

  /** Takes the gateway's clock from an answer's `Date` header. */
  follow(date: string | null): void {
    const told = date === null ? Number.NaN : Date.parse(date);
    if (Number.isNaN(told)) return;
    const ahead = told - Date.now();
    // The header has whole seconds: only a real difference counts.
    this.#ahead = Math.abs(ahead) < 2000 ? 0 : ahead;
    this.tick();
  }

  tick(): void {
    this.now = Date.now() + this.#ahead;
  }

  /** Starts ticking; gives the way to stop. */
  start(): () => void {
    const timer = setInterval(() => {
      if (!document.hidden) this.tick();
    }, 1000);
    const seen = () => this.tick();
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }
}

export const clock = new Clock();
