import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JABBER_SERVERS, type JabberServerKind } from '../e2e/support/jabber-server.js';
import { ScenarioWorld } from '../e2e/support/scenario.js';
import { sharedJabberServer } from '../e2e/support/shared-server.js';
import { keepText } from './support/pictures.js';
import { program } from './support/program.js';
import { Terminal } from './support/terminal.js';

const PROFRC = `
[ui]
splash=false
[notifications]
message=off
room=off
invite=false
sub=false
[chatstates]
enabled=true
`;

/** Profanity, logged in with a new account. */
async function withProfanity(
  kind: JabberServerKind,
  run: (terminal: Terminal, world: ScenarioWorld) => Promise<void>,
): Promise<void> {
  const server = sharedJabberServer(kind);
  const world = await ScenarioWorld.start(server, { config: { history: { days: 30 } } });
  const folder = mkdtempSync(join(tmpdir(), 'profanity-'));
  let terminal: Terminal | undefined;
  try {
    const account = `prof-${Math.random().toString(36).slice(2, 10)}`;
    await server.register(account, 'password');
    mkdirSync(join(folder, 'config/profanity'), { recursive: true });
    writeFileSync(join(folder, 'config/profanity/profrc'), PROFRC);
    terminal = await Terminal.start(folder, program('profanity'), {
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_DATA_HOME: join(folder, 'data'),
    });
    await terminal.shows(/Profanity/);
    await terminal.type(
      `/connect ${account}@${server.domain} server ${server.host} port ${server.c2sPort} tls disable`,
    );
    await terminal.shows(/assword/);
    await terminal.type('password');
    await terminal.shows(/logged in successfully/);
    await run(terminal, world);
  } catch (error) {
    const screen = await terminal?.screen().catch(String);
    throw new Error(`profanity shows:\n${screen ?? 'nothing'}`, { cause: error });
  } finally {
    await terminal?.close();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each(JABBER_SERVERS)('profanity on %s', (kind) => {
  test('joins, talks and sees who is there', () =>
    withProfanity(kind, async (terminal, world) => {
      const room = world.room('lounge');
      const bob = await world.native('bob');
      const { channel } = await bob.session.join('lounge');
      const carol = await world.user();
      await carol.join(room, 'carol');
      await terminal.type(`/join ${room} nick dave`);
      await carol.expect({ name: 'presence', from: `${room}/dave` });
      await terminal.shows(/bob/);
      await terminal.shows(/carol/);
      await bob.session.say(channel.id, 'hello from SILC');
      await terminal.shows(/bob: hello from SILC/);
      await terminal.type('hello from a terminal');
      await carol.expect({ from: `${room}/dave`, body: 'hello from a terminal' });
      await bob.log.find('channel-message', ({ message }) => message.text === 'hello from a terminal');
      await terminal.type('/correction on');
      await terminal.type('/correct hello from tmux');
      await carol.expect({
        from: `${room}/dave`,
        body: 'hello from tmux',
        has: ['urn:xmpp:message-correct:0'],
      });
      await terminal.shows(/dave: hello from tmux/);
      await terminal.type('/me waves');
      await bob.log.find(
        'channel-message',
        ({ message }) => message.kind === 'action' && message.text === 'waves',
      );
      await carol.say(room, 'hello from Jabber');
      await terminal.shows(/carol: hello from Jabber/);
      await bob.session.setTopic(channel.id, 'terminals');
      await terminal.shows(/terminals/);
      await terminal.type('/nick david');
      await carol.expect({ name: 'presence', from: `${room}/david` });
      await terminal.shows(/david/);

      await terminal.type('/close');
      await carol.expect({ name: 'presence', from: `${room}/david`, type: 'unavailable' });
      await terminal.type(`/join ${room} nick dave`);
      await terminal.shows(/hello from Jabber/);
      // What is shown of an archive comes in pages.
      await terminal.shows(/hello from SILC/);
    }));

  test('lists the commands of the gateway, and fills in the form of one', () =>
    withProfanity(kind, async (terminal, world) => {
      const bob = await world.native('bob');
      // It asks everybody what they can do when it has logged in, and has no commands before it is told: the same once more comes later.
      await terminal.type('/disco items');
      await terminal.shows(new RegExp(`Service discovery items[^]*${world.gw}`));
      await terminal.type(`/disco info ${world.gw}`);
      await terminal.shows(/protocol\/commands/);
      await terminal.type(`/cmd list ${world.gw}`);
      await terminal.shows(/trusted-keys/);
      await terminal.shows(/settings/);
      await keepText(`profanity-commands-${kind}`, () => terminal.screen());
      await terminal.type(`/cmd exec nick ${world.gw}`);
      await terminal.shows(/field1/);
      await terminal.shows(/Nickname/);
      await terminal.type('/field1 dave');
      await keepText(`profanity-form-${kind}`, () => terminal.screen());
      await terminal.type('/form submit');
      await terminal.shows(/You are going to be dave/);
      await keepText(`profanity-command-done-${kind}`, () => terminal.screen());
      await terminal.type(`/msg ${world.silcUser('bob')} hello from a form`);
      expect((await bob.log.find('private-message')).sender.nickname).toBe('dave');
    }));
});
