import { ExitCode } from './exit-codes.js';

/** Waits for the signals that end a command. */
export interface EndSignal {
  /** The first SIGTERM or SIGINT. A second one ends the process at once. */
  readonly promise: Promise<NodeJS.Signals>;
  /** Leaves the signals to whatever they meant before. */
  release(): void;
}

export function untilSignal(): EndSignal {
  let seen = false;
  let listener: (name: NodeJS.Signals) => void = () => undefined;
  const promise = new Promise<NodeJS.Signals>((resolve) => {
    listener = (name) => {
      if (seen) process.exit(ExitCode.failure);
      seen = true;
      resolve(name);
    };
  });
  const names = ['SIGTERM', 'SIGINT'] as const;
  for (const name of names) process.on(name, listener);
  return {
    promise,
    release: () => {
      for (const name of names) process.off(name, listener);
    },
  };
}
