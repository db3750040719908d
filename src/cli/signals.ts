/** A promise of the first SIGTERM or SIGINT. A second one ends the process at once. */
export function untilSignal(): { readonly promise: Promise<NodeJS.Signals> } {
  const promise = new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.once(name, () => {
        process.once(name, () => process.exit(1));
        resolve(name);
      });
    }
  });
  return { promise };
}
