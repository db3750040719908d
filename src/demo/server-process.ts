import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { monotonicMs } from '../util/clock.js';

/** A program with its arguments and environment, and where its output goes. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Receives standard output and error, appended. */
  readonly log: string;
}

/** A server that answers on ports of this machine. Ended by its own process id only. */
export class ServerProcess {
  readonly #command: Command;
  readonly #ports: readonly number[];
  #child: ChildProcess | undefined;
  readonly #onExit = (): void => void this.#child?.kill('SIGKILL');

  constructor(command: Command, ports: readonly number[]) {
    this.#command = command;
    this.#ports = ports;
  }

  /** Starts and waits until every port answers. @throws Error with the end of the log. */
  async start(deadlineMs = 30_000): Promise<void> {
    const { file, args, env, cwd, log } = this.#command;
    const output = openSync(log, 'a');
    const child = spawn(file, [...args], { cwd, env: { ...env }, stdio: ['ignore', output, output] });
    closeSync(output);
    this.#child = child;
    process.on('exit', this.#onExit);
    let failure: Error | undefined;
    child.on('error', (error) => (failure = error));
    child.on('exit', (code, signal) => (failure = new Error(`it ended (${String(code ?? signal)})`)));
    const end = monotonicMs() + deadlineMs;
    for (const port of this.#ports) {
      while (!(await answers(port))) {
        if (failure === undefined && monotonicMs() > end) failure = new Error(`port ${port} does not answer`);
        if (failure !== undefined) {
          await this.stop('SIGKILL');
          throw new Error(`${file} did not start: ${failure.message}\n${tail([log])}`, { cause: failure });
        }
        // There is no event to wait for: the port is polled.
        await pause(20);
      }
    }
    child.removeAllListeners('exit');
  }

  /** Ends the process and waits for it; by force when SIGTERM is not heard. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    process.removeListener('exit', this.#onExit);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (child.pid === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(force);
  }
}

/** Ports that nobody uses now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Whether nobody listens on a port of this machine's loopback interface. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}

/** The last lines of log files. */
export function tail(files: readonly string[], lines = 60): string {
  return files
    .map((file) => {
      let text;
      try {
        text = readFileSync(file, 'utf8');
      } catch {
        return '';
      }
      return `--- ${file}\n${text.split('\n').slice(-lines).join('\n')}`;
    })
    .join('\n');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
