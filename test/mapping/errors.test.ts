import { describe, expect, it } from 'vitest';

import { StanzaError } from '../../src/component/stanza.js';
import { type ErrorContext, statusError, xmppError } from '../../src/mapping/errors.js';
import {
  SilcCommandError,
  SilcDisconnectError,
  SilcKilledError,
  SilcError,
  type SilcErrorCode,
  SilcKeyExchangeError,
} from '../../src/silc/errors.js';
import { Status } from '../../src/silc/status.js';
import { errorAnswer, expectGolden } from './golden.js';

const kind = (error: { type: string; condition: string }): string => `${error.type}/${error.condition}`;
const refused = (status: number, context: ErrorContext): string =>
  kind(xmppError(new SilcCommandError(14, status, 'refused'), context));

describe('the error of a join', () => {
  it.each([
    ['a wrong passphrase', Status.badPassword, 'auth/not-authorized'],
    ['channel authentication', Status.permDenied, 'auth/not-authorized'],
    ['founder authentication', Status.authFailed, 'auth/not-authorized'],
    ['no invitation', Status.notInvited, 'auth/registration-required'],
    ['a ban', Status.bannedFromChannel, 'auth/forbidden'],
    ['a full channel', Status.channelIsFull, 'wait/service-unavailable'],
    ['a bad channel name', Status.badChannel, 'modify/jid-malformed'],
    ['a bad nickname', Status.badNickname, 'modify/jid-malformed'],
    ['too many channels', Status.resourceLimit, 'wait/resource-constraint'],
    ['a timeout of the server', Status.timedOut, 'wait/remote-server-timeout'],
    ['a failed key exchange', Status.keyExchangeFailed, 'wait/remote-server-timeout'],
  ])('for %s is the one of the contract', (_, status, expected) => {
    expect(refused(status, 'join')).toBe(expected);
  });

  it.each<[SilcErrorCode, string]>([
    ['closed', 'wait/remote-server-timeout'],
    ['timeout', 'wait/remote-server-timeout'],
    ['key-exchange', 'wait/remote-server-timeout'],
    ['disconnected', 'wait/remote-server-timeout'],
    ['malformed', 'wait/remote-server-timeout'],
    ['authentication', 'wait/remote-server-timeout'],
    ['server-key', 'cancel/policy-violation'],
    ['auth-failed', 'auth/forbidden'],
    ['overflow', 'wait/resource-constraint'],
    ['bad-string', 'modify/jid-malformed'],
  ])('for the failure %s of the connection is %s', (code, expected) => {
    expect(kind(xmppError(new SilcError(code, 'x'), 'join'))).toBe(expected);
  });

  it('names the nickname that SILC cannot carry', () => {
    expect(String(statusError(Status.badNickname, 'join', 'a b').text)).toContain('a b');
    expect(String(xmppError(new SilcError('bad-string', 'x'), 'join', 'a b').text)).toContain('a b');
  });
});

describe('the error of a command', () => {
  it.each<[ErrorContext, number, string]>([
    ['kick', Status.noChannelPriv, 'auth/forbidden'],
    ['kick', Status.noChannelFounderPriv, 'cancel/not-allowed'],
    ['kick', Status.userNotOnChannel, 'cancel/item-not-found'],
    ['role', Status.noChannelPriv, 'auth/forbidden'],
    ['role', Status.noChannelFounderPriv, 'cancel/not-allowed'],
    ['role', Status.notYou, 'cancel/not-allowed'],
    ['configuration', Status.noChannelFounderPriv, 'auth/forbidden'],
    ['topic', Status.noChannelPriv, 'auth/forbidden'],
    ['topic', Status.notOnChannel, 'modify/not-acceptable'],
    ['invite', Status.userOnChannel, 'cancel/conflict'],
    ['invite', Status.noSuchClientId, 'cancel/item-not-found'],
    ['message', Status.noSuchClientId, 'cancel/item-not-found'],
    ['message', Status.noSuchChannelId, 'modify/not-acceptable'],
    ['message', Status.notOnChannel, 'modify/not-acceptable'],
    ['nick', Status.nicknameInUse, 'cancel/conflict'],
    ['nick', Status.badNickname, 'modify/jid-malformed'],
    ['query', Status.noSuchNick, 'cancel/item-not-found'],
  ])('in %s with status %i is %s', (context, status, expected) => {
    expect(refused(status, context)).toBe(expected);
  });

  it('for a message that is too long says so instead of cutting it', () => {
    expect(kind(xmppError(new SilcError('limit', 'x'), 'message'))).toBe('modify/not-acceptable');
  });

  it('has a text in every context for every status, known or not', () => {
    const contexts: ErrorContext[] = [
      'join',
      'nick',
      'message',
      'topic',
      'invite',
      'kick',
      'role',
      'configuration',
      'query',
    ];
    for (const context of contexts) {
      for (let status = 0; status < 256; status++) {
        const error = statusError(status, context);
        expect(String(error.text)).not.toBe('');
        expect(error.condition).not.toBe('');
      }
    }
    expect(refused(200, 'join')).toBe('cancel/undefined-condition');
  });
});

describe('whatever was thrown', () => {
  it('is an internal error without a word of the cause when it is not known', () => {
    for (const cause of [new Error('password=hunter2'), 'text', undefined, null, { code: 'timeout' }]) {
      const error = xmppError(cause, 'join');
      expect(kind(error)).toBe('cancel/internal-server-error');
      expect(String(error.text)).not.toContain('hunter2');
    }
  });

  it('stays what it is when it is a stanza error already', () => {
    const cause = new StanzaError('cancel', 'gone', 'moved');
    expect(xmppError(cause, 'kick')).toEqual({ type: 'cancel', condition: 'gone', text: 'moved' });
  });

  it('tells why the server closed where the user can make something of it', () => {
    expect(kind(xmppError(new SilcDisconnectError(Status.resourceLimit, ''), 'join'))).toBe(
      'wait/resource-constraint',
    );
    expect(kind(xmppError(new SilcDisconnectError(Status.bannedFromServer, ''), 'join'))).toBe(
      'auth/forbidden',
    );
    expect(kind(xmppError(new SilcDisconnectError(0, ''), 'join'))).toBe('wait/remote-server-timeout');
    const killed = xmppError(new SilcKilledError('flooding'), 'join');
    expect([kind(killed), String(killed.text)]).toEqual([
      'cancel/not-allowed',
      'You were removed from the SILC network: flooding',
    ]);
    expect(kind(xmppError(new SilcKeyExchangeError(3, 'x'), 'join'))).toBe('wait/remote-server-timeout');
  });

  it('answers the stanza it came of', () => {
    expectGolden('error-join', (presence) =>
      errorAnswer(presence, xmppError(new SilcCommandError(14, Status.badNickname, 'x'), 'join', 'a b')),
    );
  });

  it('does not answer an error', () => {
    expectGolden('error-of-error', (message) => errorAnswer(message, xmppError(new Error('x'), 'message')));
  });
});
