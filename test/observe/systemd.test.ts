import { describe, expect, it, vi } from 'vitest';
import { createServiceManager, watchdogInterval } from '../../src/observe/systemd.js';

const environment = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '30000000' };

describe('systemd notification', () => {
  it('feeds the watchdog at half its period until the end', () => {
    vi.useFakeTimers();
    try {
      const sent: string[][] = [];
      const manager = createServiceManager(
        () => {},
        environment,
        (states) => sent.push([...states]),
      );
      manager.ready('two\nlines');
      manager.startWatchdog();
      vi.advanceTimersByTime(45_000);
      manager.stopping();
      vi.advanceTimersByTime(60_000);
      expect(sent).toEqual([
        ['READY=1', 'STATUS=two lines'],
        ['WATCHDOG=1'],
        ['WATCHDOG=1'],
        ['WATCHDOG=1'],
        ['STOPPING=1'],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is silent outside systemd, and where the watchdog is for another process', () => {
    const sent: unknown[] = [];
    const manager = createServiceManager(
      () => {},
      {},
      (states) => sent.push(states),
    );
    manager.ready('up');
    manager.startWatchdog();
    expect(sent).toEqual([]);
    expect(watchdogInterval({ ...environment, WATCHDOG_PID: '1' })).toBeUndefined();
    expect(watchdogInterval({ WATCHDOG_USEC: 'x' })).toBeUndefined();
  });
});
