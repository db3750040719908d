import { fork, spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Children are given this long to end by themselves. */
const GRACE_MS = 5_000;

const alive = new Set<ChildProcess>();

/** A process of the bench. It never outlives it. */
export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** The end of what it printed. */
  output(): string;
  /** SIGTERM, then SIGKILL. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a program; what it prints goes to `logFile`.
 * @param environment what differs in it from the one of this process
 * @throws when it cannot be started
 */
export function startProgram(
  command: string,
  args: readonly string[],
  logFile: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...environment },
  });
  closeSync(log);
  return watch(child, logFile);
}

/** Starts a module of this folder as a process of its own, which talks by messages. */
export function startModule(file: string, args: readonly string[], logFile: string): Promise<Child> {
  const log = openSync(logFile, 'a');
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  return watch(child, logFile);
}

function watch(child: ChildProcess, logFile: string): Promise<Child> {
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      alive.delete(child);
      reject(error);
    });
    child.once('spawn', () => {
      resolve({
        pid: child.pid ?? Number.NaN,
        process: child,
        output: () => readFileSync(logFile, 'utf8').slice(-2_000),
        stop: () => stop(child),
      });
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  child.kill('SIGTERM');
  await gone;
  clearTimeout(timer);
}

/** Ends every child at once. */
export function killAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}

/** The next message of a child. @throws when it ends or says nothing for `limitMs` */
export function reply<T>(child: Child, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.process.off('message', onMessage);
      child.process.off('exit', onExit);
      act();
    };
    const onMessage = (message: unknown): void => settle(() => resolve(message as T));
    const onExit = (): void => settle(() => reject(new Error(`a child ended early: ${child.output()}`)));
    const timer = setTimeout(() => settle(() => reject(new Error('a child does not answer'))), limitMs);
    child.process.on('message', onMessage);
    child.process.on('exit', onExit);
  });
}

/** Settles as `event` does. @throws when the child ends before, or after `limitMs` */
export async function whileAlive<T>(child: Child, event: Promise<T>, limitMs: number): Promise<T> {
  let cleanUp = (): void => undefined;
  const failed = new Promise<never>((_, reject) => {
    const onExit = (): void => reject(new Error(`ended early: ${child.output()}`));
    const timer = setTimeout(() => reject(new Error(`not ready in time: ${child.output()}`)), limitMs);
    child.process.once('exit', onExit);
    cleanUp = () => {
      clearTimeout(timer);
      child.process.off('exit', onExit);
    };
  });
  return Promise.race([event, failed]).finally(cleanUp);
}

/** A TCP port of the loopback address that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
