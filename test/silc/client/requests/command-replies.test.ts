import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { utf8 } from '../../../../src/silc/bytes.js';
import { CommandQueue } from '../../../../src/silc/client/requests/command-queue.js';
import { commands, encodeErrorReply, encodeReply } from '../../../../src/silc/commands/index.js';
import type { CommandMessage, ListPosition } from '../../../../src/silc/commands/index.js';
import { SilcCommandError, SilcError } from '../../../../src/silc/errors.js';
import { encodeIdPayload } from '../../../../src/silc/ids.js';
import type { ChannelId, ClientId } from '../../../../src/silc/ids.js';
import { Status, statusText } from '../../../../src/silc/status.js';
import { withCode } from '../../../support/silc-error.js';

/** What becomes of replies that are errors, lists in disorder, or nobody's. */

const clientId = (n: number) => `7f000001${n.toString(16).padStart(24, '0')}` as ClientId;
const channelId = '7f000001452e0001' as ChannelId;

function asking() {
  const sent: CommandMessage[] = [];
  const queue = new CommandQueue({ send: (message) => void sent.push(message) });
  const list = queue.runList(commands.whois, () => ({ nickname: 'bob' }));
  const ident = sent[0]?.ident ?? 0;
  const entry = (n: number, place: ListPosition) =>
    queue.receive(
      encodeReply(commands.whois, ident, { clientId: clientId(n), nickname: 'bob', user: 'bob@host' }, place),
    );
  const error = (status: number, place: ListPosition, about: readonly Uint8Array[] = []) =>
    queue.receive(
      encodeErrorReply(
        1,
        ident,
        status,
        about.map((data, i) => ({ type: 2 + i, data })),
        place,
      ),
    );
  const names = async () => (await list).values.map((value) => Number.parseInt(value.clientId.slice(-2), 16));
  return { queue, ident, list, entry, error, names };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('an error reply', () => {
  it.each(Array.from({ length: 50 }, (_, i) => 10 + i))(
    'of status %i rejects with it, its text and its objects',
    async (status) => {
      const { list, error } = asking();
      error(status, 'single', [
        encodeIdPayload({ type: 2, id: clientId(7) }),
        encodeIdPayload({ type: 3, id: channelId }),
      ]);
      const cause = await list.catch((reason: unknown) => reason);
      expect(cause).toBeInstanceOf(SilcCommandError);
      expect(cause).toMatchObject({
        code: 'command',
        command: 1,
        status,
        message: `WHOIS: ${statusText(status)} (status ${status})`,
        about: [
          { kind: 'client', clientId: clientId(7) },
          { kind: 'channel', channelId },
        ],
      });
    },
  );

  it('of a status that nobody knows rejects all the same', async () => {
    const { list, error } = asking();
    error(200, 'single', [utf8('bob'), utf8('bob')]);
    const name = { kind: 'name', name: 'bob' };
    await expect(list).rejects.toMatchObject({ status: 200, about: [name, name] });
  });

  it('whose objects are not legible rejects with its status', async () => {
    const { list, error } = asking();
    error(Status.noSuchNick, 'single', [Uint8Array.of(0, 2, 0xff)]);
    const octets = Uint8Array.of(0, 2, 0xff);
    await expect(list).rejects.toMatchObject({ status: 10, about: [{ kind: 'octets', octets }] });
  });

  it('inside a list is typed, at every place of it', async () => {
    const { list, error, entry } = asking();
    const about = [encodeIdPayload({ type: 2, id: clientId(9) })];
    error(Status.noSuchClientId, 'start', about);
    entry(1, 'item');
    error(Status.badClientId, 'item');
    error(Status.noSuchClientId, 'end', about);
    const { values, errors, complete } = await list;
    expect([values.length, complete]).toEqual([1, true]);
    expect(errors).toMatchObject([
      { status: 22, about: [{ kind: 'client', clientId: clientId(9) }] },
      { status: 20, about: [] },
      { status: 22, command: 1 },
    ]);
    for (const one of errors) expect(one).toBeInstanceOf(SilcCommandError);
  });

  it('is what a command for one answer rejects with, where its list holds nothing else', async () => {
    const sent: CommandMessage[] = [];
    const queue = new CommandQueue({ send: (message) => void sent.push(message) });
    const one = queue.run(commands.whois, () => ({ ids: [clientId(1)] }));
    const about = [{ type: 2, data: encodeIdPayload({ type: 2, id: clientId(1) }) }];
    queue.receive(encodeErrorReply(1, sent[0]?.ident ?? 0, 22, about, 'end'));
    await expect(one).rejects.toMatchObject({ status: 22, about: [{ kind: 'client' }] });
  });

  it('that breaks a list off leaves what came before it', async () => {
    const { list, error, entry, names } = asking();
    entry(1, 'start');
    entry(2, 'item');
    error(Status.timedOut, 'single');
    expect(await names()).toEqual([1, 2]);
    const { errors, complete } = await list;
    expect([errors.map(({ status }) => status), complete]).toEqual([[54], false]);
  });

  it('alone after errors of a list rejects', async () => {
    const { list, error } = asking();
    error(Status.noSuchClientId, 'start');
    error(Status.resourceLimit, 'single');
    await expect(list).rejects.toMatchObject({ status: 48 });
  });
});

describe('a list in disorder', () => {
  it('begins with whatever comes, and ends with its end', async () => {
    const { entry, names, queue } = asking();
    entry(1, 'item');
    entry(2, 'start');
    entry(3, 'start');
    expect(entry(4, 'end')).toBe(true);
    expect(await names()).toEqual([1, 2, 3, 4]);
    expect(queue.length).toBe(0);
  });

  it('ends with a plain reply, too', async () => {
    const { entry, names } = asking();
    entry(1, 'start');
    entry(2, 'single');
    expect(await names()).toEqual([1, 2]);
  });

  it('takes nothing after its end, and disturbs nobody', async () => {
    const { queue, entry, error, names } = asking();
    entry(1, 'end');
    expect([entry(2, 'item'), entry(3, 'end'), error(10, 'single')]).toEqual([false, false, false]);
    expect(await names()).toEqual([1]);
    expect(queue.length).toBe(0);
  });

  it('without an end is over after silence, also where it ends on its beginning', async () => {
    const { list, entry, names } = asking();
    entry(1, 'start');
    vi.advanceTimersByTime(3_000);
    expect(await names()).toEqual([1]);
    expect((await list).complete).toBe(false);
  });

  it('that goes on and on is over at the deadline, with what came of it', async () => {
    const { list, entry } = asking();
    let position: ListPosition = 'start';
    for (let second = 0; second < 40; second += 2) {
      expect(entry(second, position)).toBe(true);
      position = 'item';
      vi.advanceTimersByTime(2_000);
    }
    expect(entry(50, 'item')).toBe(false);
    const { values, complete } = await list;
    expect([values.length, complete]).toEqual([20, false]);
  });

  it('of errors only, without an end, is no timeout', async () => {
    const { list, error } = asking();
    error(Status.noSuchClientId, 'start');
    vi.advanceTimersByTime(3_000);
    expect(await list).toMatchObject({ values: [], errors: [{ status: 22 }], complete: false });
  });

  it('settles whatever comes in whatever order, and the queue is empty then', async () => {
    const places = fc.constantFrom<ListPosition>('single', 'start', 'item', 'end');
    const reply = fc.record({ place: places, status: fc.constantFrom(0, 0, 10, 22, 54, 99), n: fc.nat(200) });
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { maxLength: 12 }), async (replies) => {
        const { queue, list, entry, error } = asking();
        let open = true;
        let taken = 0;
        for (const { place, status, n } of replies) {
          const accepted = status === 0 ? entry(n, place) : error(status, place);
          expect(accepted).toBe(open);
          if (open && status === 0) taken++;
          if (place === 'single' || place === 'end') open = false;
        }
        vi.advanceTimersByTime(60_000);
        expect(queue.length).toBe(0);
        const settled = await list.catch((cause: unknown) => cause);
        if (settled instanceof SilcError) expect(taken).toBe(0);
        else expect((settled as Awaited<typeof list>).values).toHaveLength(taken);
      }),
    );
  });
});

describe('a reply to nothing', () => {
  it('is ignored: another identifier, another command, none at all', async () => {
    const { queue, ident, list } = asking();
    const strange = [
      encodeErrorReply(1, ident + 1, 10),
      encodeErrorReply(2, ident, 10),
      encodeErrorReply(99, ident, 10),
      encodeErrorReply(1, 0, 10),
    ];
    expect(strange.map((reply) => queue.receive(reply))).toEqual([false, false, false, false]);
    expect(queue.length).toBe(1);
    queue.close(new SilcError('closed', 'over'));
    await expect(list).rejects.toThrow(withCode('closed'));
    expect(queue.receive(encodeErrorReply(1, ident, 10))).toBe(false);
  });

  it('without a status is an answer that is not legible', async () => {
    const { queue, ident, list } = asking();
    queue.receive({ command: 1, ident, args: [] });
    await expect(list).rejects.toThrow(withCode('malformed'));
  });
});
