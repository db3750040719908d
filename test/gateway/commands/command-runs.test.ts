import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseJid } from '../../../src/component/jid.js';
import { type Command, type CommandCall, done } from '../../../src/gateway/commands/command.js';
import { CommandRuns } from '../../../src/gateway/commands/command-runs.js';
import type { GatewayAddress } from '../../../src/mapping/address.js';

const to = (jid: string): GatewayAddress => ({ kind: 'gateway', jid, resource: '', canonical: true });
const call = (from: string, at = 'silc.test'): CommandCall => ({
  from: parseJid(from),
  to: to(at),
  signal: new AbortController().signal,
});

const STEP = {
  kind: 'form',
  form: { title: 'T', fields: [] },
  next: () => done('over'),
} as const;
const COMMAND: Command = {
  ...{ name: 'test', title: 'Test', at: ['gateway'] },
  isOffered: () => true,
  begin: () => STEP,
};
const alice = call('alice@jabber.test/home');
const refused: unknown = expect.objectContaining({
  condition: 'not-allowed',
  appCondition: 'session-expired',
});

describe('commands under way', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('go on once, by who began them, where they were begun, as what they were begun', () => {
    const runs = new CommandRuns();
    const { id } = runs.add(COMMAND, [STEP], alice);
    for (const other of [
      call('alice@jabber.test/work'),
      call('eve@jabber.test/home'),
      call('alice@jabber.test/home', 'lounge@silc.test'),
    ]) {
      expect(() => runs.take(id, 'test', other)).toThrow(refused);
    }
    expect(() => runs.take(id, 'another', alice)).toThrow(refused);
    expect(runs.take(id, 'test', alice).steps.at(-1)).toBe(STEP);
    expect(() => runs.take(id, 'test', alice)).toThrow(refused);
  });

  it('are over after a while', () => {
    const runs = new CommandRuns();
    const { id } = runs.add(COMMAND, [STEP], alice);
    vi.advanceTimersByTime(16 * 60_000);
    expect(() => runs.take(id, 'test', alice)).toThrow(refused);
  });

  it('are so many of one client at most: the oldest one goes', () => {
    const runs = new CommandRuns();
    const ids = Array.from({ length: 11 }, () => runs.add(COMMAND, [STEP], alice).id);
    expect(() => runs.take(ids[0] ?? '', 'test', alice)).toThrow(refused);
    expect(runs.take(ids[1] ?? '', 'test', alice).command).toBe(COMMAND);
  });
});
