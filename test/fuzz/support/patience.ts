const TICK_MS = 500;

/**
 * As a deadline, but of time in which this process runs: who stops it for minutes and lets it go on makes no false alarm.
 * @throws Error after so many milliseconds
 */
export async function withPatience<T>(work: Promise<T>, ms: number, text: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    let left = ms;
    // After a stop one tick is due, however long it was.
    timer = setInterval(() => {
      left -= TICK_MS;
      if (left <= 0) reject(new Error(text));
    }, TICK_MS);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearInterval(timer);
  }
}
