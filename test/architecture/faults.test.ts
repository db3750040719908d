import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/**
 * Faults that were found on the first house, what the right behaviour is, and the tests that hold it. Scenarios run on
 * Prosody and on ejabberd; what happens at the start, or between processes, has tests of processes; what real servers cannot be made
 * to do is replayed as it was recorded.
 */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  'A1: everybody hears what is said while the SILC server is away': [
    'e2e/scenarios/server-restarted-under-fifteen-users.test.ts',
  ],
  'A2: a SILC link that is dead without a word': [
    'e2e/scenarios/half-open-link.test.ts',
    'interop/dead-link.test.ts',
  ],
  'A3: what others said meanwhile is filled in or shown as a gap': [
    'e2e/scenarios/links-cut.test.ts',
    'gateway/links.test.ts',
  ],
  'A4: what a broken link to the Jabber server has swallowed': [
    'e2e/scenarios/jabber-link-cut.test.ts',
    'e2e/scenarios/jabber-link-half-open.test.ts',
    'e2e/scenarios/jabber-server-crashed.test.ts',
  ],
  'A5: every legal message fits': ['e2e/scenarios/every-legal-message-fits.test.ts'],
  'A6: a private message to a detached user': ['e2e/scenarios/private-message-to-a-detached-user.test.ts'],
  'A7: a private message to who has no client online': [
    'e2e/scenarios/staying-without-a-client.test.ts',
    'e2e/scenarios/answers-while-nobody-is-there.test.ts',
  ],
  'A8: messages without a text': [
    'e2e/scenarios/messages-without-text.test.ts',
    'e2e/scenarios/the-whole-message-between-jabber-users.test.ts',
  ],
  'A9: placeholders of encrypted messages stay off SILC': [
    'e2e/scenarios/the-whole-message-between-jabber-users.test.ts',
    'e2e/scenarios/encryption-passes-through.test.ts',
  ],
  'A10: words and pictures of MIME messages': [
    'e2e/scenarios/picture-from-silc.test.ts',
    'e2e/scenarios/html-from-silc.test.ts',
  ],
  'A11: a file that is offered on SILC': [
    'e2e/scenarios/file-offered-from-silc.test.ts',
    'e2e/scenarios/file-without-a-place.test.ts',
  ],
  'A12: killed on another server': ['e2e/scenarios/killed-on-another-server.test.ts'],
  'A13: line feeds of a subject': ['e2e/scenarios/topic-both-ways.test.ts'],
  'A14: a ban whose author leaves at once': ['e2e/scenarios/ban-and-leave.test.ts'],
  'B1: all rooms of one user at once': ['e2e/scenarios/bookmarks-of-one-user.test.ts'],
  'B2: who gives up costs nobody anything': [
    'e2e/scenarios/many-who-give-up.test.ts',
    'gateway/connect-pacing.test.ts',
  ],
  'B3: all are back within the grace period': [
    'e2e/scenarios/silc-server-back-in-time.test.ts',
    'gateway/many-come-back.test.ts',
  ],
  'B4: a clock that is set back': ['e2e/scenarios/clock-set-back.test.ts'],
  'B5, B6: everything is answered': ['e2e/scenarios/everything-is-answered.test.ts'],
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
  'B10: a WHOIS that is never answered': [
    'e2e/scenarios/whois-never-answered.test.ts',
    'gateway/unanswered-whois.test.ts',
  ],
  'C1: a burst on a crowded channel': [
    'e2e/scenarios/burst-from-silc.test.ts',
    'e2e/scenarios/flood-of-one-user.test.ts',
    'load/flood.test.ts',
  ],
  'C2: long lines on a crowded channel': ['e2e/scenarios/flood-from-silc.test.ts', 'load/flood.test.ts'],
  'C3: a flood of private messages': [
    'e2e/scenarios/flood-of-private-messages.test.ts',
    'load/flood.test.ts',
  ],
  'C4: a locked database blocks nobody': [
    'e2e/scenarios/locked-database.test.ts',
    'store/sqlite/trouble.test.ts',
  ],
  'C: coming and going without a pause': ['e2e/scenarios/coming-and-going-without-pause.test.ts'],
  'D1: two holders of a nickname have an address each': [
    'e2e/scenarios/addresses-of-two-bobs.test.ts',
    'e2e/scenarios/moderate-one-of-two-bobs.test.ts',
  ],
  'D2: a ban is of a person': ['e2e/scenarios/ban-by-key.test.ts'],
  'D3: Jabber accounts that are not there': [
    'e2e/scenarios/affiliations-of-absent-accounts.test.ts',
    'e2e/scenarios/admins-and-owners-last.test.ts',
  ],
  'D4: an invitation lets in': [
    'e2e/scenarios/invitation-from-jabber.test.ts',
    'e2e/scenarios/join-by-invitation.test.ts',
  ],
  'D5: founder and names after a broken link': [
    'e2e/scenarios/founder-comes-back.test.ts',
    'e2e/scenarios/names-outlast-a-broken-link.test.ts',
  ],
  'D6: a SILC server that is stopped in order': ['e2e/scenarios/silc-server-stopped-in-order.test.ts'],
  'D7: a channel that its server forgot is put back': [
    'e2e/scenarios/channel-put-back.test.ts',
    'e2e/scenarios/channel-open-after-a-restart.test.ts',
  ],
  'D8: an impostor': [
    'e2e/scenarios/key-of-a-contact-changed.test.ts',
    'e2e/scenarios/contact-and-an-impostor.test.ts',
  ],
  'D9: a nickname that was made up': ['e2e/scenarios/made-up-nickname-gives-way.test.ts'],
  'D10: private messages between local users': [
    'e2e/scenarios/private-messages-through-a-room.test.ts',
    'e2e/scenarios/private-messages-between-jabber-users.test.ts',
  ],
  'D11: a nickname that is taken': ['e2e/scenarios/new-nick-that-is-taken.test.ts'],
  'D12: a client that has logged in anew': ['e2e/scenarios/jabber-link-and-a-new-login.test.ts'],
  'D13: another join is a change of nickname': [
    'e2e/scenarios/renamed-by-another-join.test.ts',
    'e2e/scenarios/join-second-room-with-another-nick.test.ts',
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
