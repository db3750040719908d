import { setMaxListeners } from 'node:events';

/** An AbortController of many that run at the same time: Node.js takes more than ten listeners for a leak, and says so. */
export function sharedAbort(): AbortController {
  const controller = new AbortController();
  setMaxListeners(Number.POSITIVE_INFINITY, controller.signal);
  return controller;
}
