import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilCrash } from '../../src/cli/crash.js';

describe('an error that nobody handled', () => {
  it('ends the process when it was thrown, and is logged only when a promise was rejected with it', async () => {
    const logged: [unknown, string][] = [];
    const events = new EventEmitter();
    const log = {
      error: ({ err }: { readonly err?: unknown }, text: string) => void logged.push([err, text]),
    };
    const crash = untilCrash(log, events);
    const [rejection, exception] = [new Error('rejected'), new Error('thrown')];
    events.emit('unhandledRejection', rejection);
    expect(await Promise.race([crash.promise, Promise.resolve('nothing')])).toBe('nothing');
    events.emit('uncaughtException', exception);
    events.emit('uncaughtException', new Error('while stopping'));
    expect(await crash.promise).toBe(exception);
    expect(logged.slice(0, 2)).toEqual([
      [rejection, 'unhandled rejection'],
      [exception, 'uncaught exception'],
    ]);
    crash.release();
    expect(events.eventNames()).toEqual([]);
  });
});
