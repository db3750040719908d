import { execFile } from 'node:child_process';

/**
 * The notification protocol of systemd (sd_notify(3)). Node has no datagram sockets of the Unix family, so the
 * messages go through systemd's own `systemd-notify`, which is there wherever systemd is; the unit says
 * `NotifyAccess=all`. Without NOTIFY_SOCKET in the environment everything here does nothing.
 */
export interface ServiceManager {
  /** READY=1, once the gateway serves. */
  ready(status: string): void;
  stopping(): void;
  /** Keeps the watchdog fed, at half of WATCHDOG_USEC, as long as the event loop turns. */
  startWatchdog(): void;
  close(): void;
}

/** @param onFailure told when systemd-notify itself cannot be run. */
export function createServiceManager(
  onFailure: (error: Error) => void,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  send: (states: readonly string[]) => void = (states) => notify(states, onFailure),
): ServiceManager {
  const active = environment['NOTIFY_SOCKET'] !== undefined && environment['NOTIFY_SOCKET'] !== '';
  let watchdog: NodeJS.Timeout | undefined;
  const tell = (...states: string[]): void => {
    if (active) send(states);
  };
  return {
    ready: (status) => tell('READY=1', `STATUS=${oneLine(status)}`),
    stopping: () => {
      clearInterval(watchdog);
      tell('STOPPING=1');
    },
    startWatchdog: () => {
      const interval = watchdogInterval(environment);
      if (!active || interval === undefined || watchdog !== undefined) return;
      watchdog = setInterval(() => tell('WATCHDOG=1'), interval);
      watchdog.unref();
    },
    close: () => clearInterval(watchdog),
  };
}

/** Half of the watchdog period in milliseconds; undefined where the service has none, or it is for another process. */
export function watchdogInterval(
  environment: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const micros = Number(environment['WATCHDOG_USEC'] ?? '');
  const pid = environment['WATCHDOG_PID'];
  if (!Number.isSafeInteger(micros) || micros <= 0) return undefined;
  if (pid !== undefined && Number(pid) !== process.pid) return undefined;
  return Math.max(100, Math.floor(micros / 2000));
}

function notify(states: readonly string[], onFailure: (error: Error) => void): void {
  execFile('systemd-notify', [`--pid=${process.pid}`, ...states], { timeout: 5000 }, (error) => {
    if (error !== null) onFailure(error);
  });
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
