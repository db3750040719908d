import { it } from 'vitest';
import { iqResult } from '../../src/component/stanza.js';
import { offChannel } from '../../src/gateway/channels/leave-reason.js';
import { gapNotice } from '../../src/mapping/gap.js';
import { leavePresence, occupantPresence, type OccupantView } from '../../src/mapping/presence.js';
import { settingsForm } from '../../src/mapping/room-form.js';
import { statusError } from '../../src/mapping/errors.js';
import { ChannelMode, ChannelUserMode } from '../../src/silc/modes.js';
import { Status } from '../../src/silc/status.js';
import { errorAnswer, expectGolden } from './golden.js';

// One stanza of each kind as somebody reads it who reads German.
const alice: OccupantView = {
  jid: 'lounge@gw/alice',
  address: 'alice!@gw',
  occupantId: 'id-of-alice',
  affiliation: 'owner',
  role: 'moderator',
  mode: ChannelUserMode.founder,
};

it.each([
  ['german-error', (join) => errorAnswer(join, statusError(Status.notInvited, 'join'))],
  [
    'german-error-with-a-name',
    (join) => errorAnswer(join, statusError(Status.nicknameInUse, 'join', 'alice')),
  ],
  [
    'german-form',
    (iq) => iqResult(iq, settingsForm({ name: 'lounge', mode: ChannelMode.topic, userLimit: undefined })),
  ],
  [
    'german-notice',
    () => gapNotice('lounge@gw', 'gap-1', new Date('2026-01-02T03:04:05Z'), new Date('2026-01-02T03:05:06Z')),
  ],
  ['german-presence-status', () => leavePresence('a@example.org/r', alice, offChannel)],
  ['german-hat', () => occupantPresence('a@example.org/r', alice)],
] as const satisfies readonly (readonly [string, Parameters<typeof expectGolden>[1]])[])(
  '%s',
  (name, answer) => {
    expectGolden(name, (request) => answer(request)?.inLanguage('de'));
  },
);
