import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/**
 * Faults that were found on the first house, as far as they are an operator's: what the right behaviour is, and the tests that hold it. Scenarios run on
 * Prosody and on ejabberd; what happens at the start, or between processes, has tests of processes; what real servers cannot be made
 * to do is replayed as it was recorded.
 */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  'B7: a refused message holds no session': ['e2e/scenarios/refused-messages-hold-no-session.test.ts'],
  'B8: subdomains of one domain share': [
    'e2e/scenarios/newcomers-of-one-domain.test.ts',
    'e2e/scenarios/more-than-a-share.test.ts',
    'e2e/scenarios/rooms-and-keys-of-one-domain.test.ts',
    'gateway/quotas/session-counts.test.ts',
    'gateway/quotas/key-pair-counts.test.ts',
    'gateway/quotas/quotas.test.ts',
  ],
  'B9: look-ups by many hold up nobody': ['e2e/scenarios/strangers-looked-up-by-many.test.ts'],
  'C4: a locked database blocks nobody': [
    'e2e/scenarios/locked-database.test.ts',
    'store/sqlite/trouble.test.ts',
  ],

  'F: the room list has a new room at once, on every network': [
    'e2e/scenarios/channel-list-and-search.test.ts',
    'e2e/scenarios/two-networks.test.ts',
  ],
  'F: a private channel has no number of occupants': ['e2e/scenarios/channel-list-and-search.test.ts'],
  'F: check finds every mistake, and tells no secret': [
    'app/config/mistakes.test.ts',
    'e2e/check-command.test.ts',
  ],
  'F: deny covers subdomains in every form': ['gateway/access.test.ts'],
  'F: a line on a channel with its own key says so': ['e2e/scenarios/private-keys-of-a-channel.test.ts'],
  'F: a nickname that SILC cannot carry is refused with the reason': [
    'e2e/scenarios/join-bad-nickname.test.ts',
  ],
  'F: a server that was never reached': ['e2e/scenarios/join-silc-down.test.ts'],
  'F: a full disk and a locked database pass': [
    'gateway/store-trouble.test.ts',
    'store/sqlite/trouble.test.ts',
    'store/postgres/trouble.test.ts',
    'e2e/scenarios/locked-database.test.ts',
  ],
  'F: the card of a user': [
    'e2e/scenarios/discovery-of-a-user.test.ts',
    'e2e/scenarios/user-shares-a-profile.test.ts',
  ],
  'F: last words, several bodies, a topic beside an empty body': [
    'e2e/scenarios/small-things-of-messages.test.ts',
  ],
  'F: a changed passphrase is told once, and the channel is never open in between': [
    'e2e/scenarios/room-configuration.test.ts',
    'e2e/scenarios/channel-open-after-a-restart.test.ts',
  ],
  'F: the ban list has its reasons': [
    'e2e/scenarios/founder-bans.test.ts',
    'e2e/scenarios/ban-by-key.test.ts',
  ],
  'F: answers while somebody is away are marked': [
    'gateway/always-on.test.ts',
    'interop/message-flags.test.ts',
  ],
  'F: users have their keys': ['e2e/scenarios/identity-by-command.test.ts'],
  'F: store files that are deleted': ['store/sqlite/trouble.test.ts'],
  'F: pauses of the link are forgotten': ['component/link-breaks.test.ts'],
  'F: disco of muc#traffic, and time': [
    'gateway/iq.test.ts',
    'e2e/scenarios/discovery-of-the-gateway.test.ts',
  ],
  'F: a declined subscription says why': ['e2e/scenarios/everything-is-answered.test.ts'],
  'F: invitations have a bound': ['e2e/scenarios/more-than-a-share.test.ts'],
  'F: the embedded server follows its own words': [
    'cli/silc-server-key.test.ts',
    'silc/server/registration.test.ts',
  ],

  'G1: a character that XML does not have': [
    'e2e/scenarios/a-character-that-is-none.test.ts',
    'e2e/scenarios/hostile-stanzas.test.ts',
    'component/recordings.test.ts',
  ],
  'G2: what no restart mends is not started again': [
    'observe/systemd-unit.test.ts',
    'package/systemd.test.ts',
    'e2e/run-command.test.ts',
  ],
  'G3: a server that has the component under another name': ['component/recordings.test.ts'],
  'G4: causes of refusals': [
    'component/recordings.test.ts',
    'e2e/component-link.test.ts',
    'e2e/run-command.test.ts',
  ],
  'G5: back soon after the server': [
    'e2e/scenarios/jabber-server-long-away.test.ts',
    'component/link-breaks.test.ts',
  ],
  'G6: a processor and a Node that are too old': ['cli/required.test.ts', 'cli/commands.test.ts'],
};

test.each(Object.entries(ROWS))('%s', (_what, files) => {
  for (const file of files) {
    const place = new URL(`../${file}`, import.meta.url);
    expect(existsSync(place), file).toBe(true);
    const source = readFileSync(place, 'utf8');
    if (file.startsWith('e2e/scenarios/')) expect(source, file).toMatch(/^scenario\w*\(/m);
    expect(source, file).not.toMatch(/\.(?:skip|todo|only)\(/);
  }
});
