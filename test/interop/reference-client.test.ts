import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { SilcSession } from '../../src/silc/client/types.js';
import { EventLog, nextEvent } from '../support/silc-world.js';
import { ClientProgram } from './support/client-program.js';
import { openTarget, type Target } from './support/target.js';

/*
 * Sessions of ours talk with another client through the server.
 *
 * `SILC_INTEROP_CLIENT` names a program that runs the reference client. It is started as `PROGRAM HOST PORT NICK`, and
 * - reads lines from its standard input as somebody would type them: `/join NAME`, `/msg NICK TEXT`, `/quit`, and text for
 *   the channel that was joined last; lines come at once and wait until the client is connected;
 * - prints the lines of all its windows to its standard output, each message on a line with the sender's nickname and the
 *   text; terminal control sequences are ignored;
 * - accepts the server's key, and quits at the end of its input.
 *
 * The line client of this package (`silc`) keeps the same contract, and always takes the part as well.
 */
const variable = 'SILC_INTEROP_CLIENT';
const reference = process.env[variable] ?? '';

const ownClient = (host: string, port: number, nick: string): readonly string[] => [
  process.execPath,
  ...['--import', 'tsx', 'src/main.ts', 'silc'],
  `${host.includes(':') ? `[${host}]` : host}:${port}`,
  ...['--nick', nick],
];

let target: Target;
const programs: ClientProgram[] = [];
beforeAll(async () => {
  target = await openTarget();
});
// Programs take their time to start: all at the same time.
afterAll(async () => {
  await Promise.all(programs.map((program) => program.quit()));
  await target.close();
});

function talks(command: (host: string, port: number, nick: string) => readonly string[]): void {
  interface Meeting {
    readonly program: ClientProgram;
    readonly nick: string;
    readonly alice: SilcSession;
    readonly aliceNick: string;
    readonly log: EventLog;
  }

  /** The program is on a channel of ours. */
  async function meeting(): Promise<Meeting> {
    const alice = await target.client('alice');
    const log = new EventLog(alice);
    const name = target.unique('room');
    await alice.join(name);
    const nick = target.unique('guest');
    const came = nextEvent(alice, 'member-joined', () => true, 40_000);
    const program = new ClientProgram(command(target.host, target.port, nick));
    programs.push(program);
    program.type(`/join ${name}`);
    const { member } = await Promise.race([came, program.ended()]);
    expect(member.user.nickname).toBe(nick);
    return { program, nick, alice, aliceNick: alice.self.nickname ?? expect.unreachable(), log };
  }

  it('on a channel both hear each other', async () => {
    const { program, nick, alice, aliceNick, log } = await meeting();
    const [channel] = alice.channels.keys();
    if (channel === undefined) throw new Error('on no channel');
    for (const text of ['hello', 'Grüße, 世界']) {
      await alice.say(channel, `${text} from alice`);
      expect(await program.line(aliceNick, `${text} from alice`)).toContain(text);
      program.type(`${text} to alice`);
      const { sender, message } = await log.find(
        'channel-message',
        (event) => event.message.text === `${text} to alice`,
      );
      expect(sender.nickname).toBe(nick);
      expect(message.kind).toBe('text');
    }
  });

  it('in private both hear each other', async () => {
    const { program, nick, alice, aliceNick, log } = await meeting();
    const [guest, ...others] = await alice.whois(nick);
    expect(others).toEqual([]);
    await alice.tell(guest?.user.clientId ?? expect.unreachable(), 'psst from alice');
    await program.line(aliceNick, 'psst from alice');
    program.type(`/msg ${aliceNick} psst, Grüße`);
    const { sender, message } = await log.find('private-message');
    expect(sender.nickname).toBe(nick);
    expect(message).toMatchObject({ kind: 'text', text: 'psst, Grüße' });
  });

  it('its end is told', async () => {
    const { program, nick, log } = await meeting();
    await program.quit();
    const { user, cause } = await log.find('member-left');
    expect(user.nickname).toBe(nick);
    expect(cause.kind).toBe('signoff');
  });
}

describe.concurrent('the reference client and sessions of ours', () => {
  if (reference === '') {
    console.log(`interop (reference client): SKIPPED, NOTHING IS TESTED AGAINST IT: ${variable} is not set`);
    test.skip(`talk with each other (SKIPPED: ${variable} names no program)`, () => undefined);
    return;
  }
  console.log(`interop (reference client): ${reference} (${variable})`);
  talks((host, port, nick) => [reference, host, String(port), nick]);
});

describe.concurrent('the line client of this package and sessions of ours', () => talks(ownClient));
