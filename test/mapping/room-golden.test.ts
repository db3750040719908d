import { describe, it } from 'vitest';
import { iqResult } from '../../src/component/stanza.js';
import { availabilityOf } from '../../src/mapping/availability.js';
import { roomEndOf } from '../../src/mapping/destroy.js';
import { decline, declineOf } from '../../src/mapping/invite.js';
import {
  leavePresence,
  occupantPresence,
  type OccupantView,
  withoutAddress,
} from '../../src/mapping/presence.js';
import { anonymityChanged, configurationChanged } from '../../src/mapping/room-form.js';
import { registration, reservedNicknameInfo } from '../../src/mapping/room-registration.js';
import { StatusCode } from '../../src/mapping/status-codes.js';
import { voiceApprovalForm, voiceFormOf } from '../../src/mapping/voice-request.js';
import { ChannelUserMode, UserMode } from '../../src/silc/modes.js';
import { expectGolden } from './golden.js';

const alice: OccupantView = {
  jid: 'room@gw/alice',
  address: 'alice!@gw',
  occupantId: 'id-of-alice',
  affiliation: 'owner',
  role: 'moderator',
  mode: ChannelUserMode.founder,
  userMode: UserMode.serverOperator,
};

describe('rooms', () => {
  it('offer to reserve a nickname, and tell which one is', () => {
    expectGolden('room-registration', (iq) => iqResult(iq, registration(undefined)));
    expectGolden('room-registration-known', (iq) => iqResult(iq, registration('Queen')));
    expectGolden('room-reserved-nickname', (iq) => iqResult(iq, reservedNicknameInfo('Queen')));
  });

  it('pass on that an invitation is declined', () => {
    expectGolden('room-decline', (message) =>
      decline({ room: 'room@gw', from: 'a@example.org', reason: declineOf(message)?.reason }),
    );
  });

  it('pass on a request for voice', () => {
    expectGolden('room-voice', (message) =>
      voiceFormOf(message)?.kind === 'request'
        ? voiceApprovalForm({ room: 'room@gw', id: 'v1', nick: 'alice', address: 'alice!@gw' })
        : undefined,
    );
  });

  it('tell of their end', () => {
    expectGolden('room-destroy', (iq) => {
      const destroy = iq.getChild('query')?.getChild('destroy');
      const end = destroy && roomEndOf(destroy);
      return leavePresence('a@example.org/r', alice, { affiliation: 'none', end, codes: [StatusCode.self] });
    });
  });

  it('tell that they are configured anew, and to whom addresses are shown', () => {
    expectGolden('room-changed', () => configurationChanged('room@gw'));
    expectGolden('room-semi-anonymous', () => anonymityChanged('room@gw', true));
    expectGolden('room-non-anonymous', () => anonymityChanged('room@gw', false));
    expectGolden('room-without-address', (presence) =>
      withoutAddress(
        occupantPresence(
          'a@example.org/r',
          { ...alice, availability: availabilityOf(presence) },
          [],
          undefined,
          { actor: 'bob', reason: 'wanted' },
        ),
      ),
    );
  });

  it('show how available somebody is, and the hats', () => {
    expectGolden('room-availability', (presence) =>
      occupantPresence('a@example.org/r', { ...alice, availability: availabilityOf(presence) }, [
        StatusCode.self,
      ]),
    );
  });
});
