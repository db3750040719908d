import { ChannelDirectory } from '../channels/channel-directory.js';
import type { Command } from '../commands/command.js';
import type { Feature } from '../feature.js';
import { directMessage } from './direct-message.js';
import { adminCommands } from './admin-commands.js';
import { alwaysOn } from './always-on.js';
import { archive } from './archive/index.js';
import { channelSearch } from './channel-search.js';
import { blocking } from './blocking.js';
import { adHocCommands } from './commands/ad-hoc.js';
import { commandWords } from './commands/words.js';
import { contacts } from './contacts.js';
import { disco } from './disco.js';
import { endToEnd } from './end-to-end.js';
import { entityCapabilities } from './entity-capabilities.js';
import { entityTime } from './entity-time.js';
import { files } from './files/index.js';
import { gatewayPrompt } from './gateway-prompt.js';
import { goneClients } from './gone-clients.js';
import { hopCheck } from './hop-check.js';
import { keyTrust } from './key-trust.js';
import { lastActivity } from './last-activity.js';
import { moderation } from './moderation.js';
import { mucAdmin } from './muc-admin.js';
import { mucDecline } from './muc-decline.js';
import { mucInvite } from './muc-invite.js';
import { mucJoin } from './muc-join.js';
import { mucMessage } from './muc-message.js';
import { mucNick } from './muc-nick.js';
import { mucOwner } from './muc-owner.js';
import { mucPrivateMessage } from './muc-private-message.js';
import { mucRegister } from './muc-register.js';
import { mucSubject } from './muc-subject.js';
import { mucVoiceRequest } from './muc-voice-request.js';
import type { FeatureParts } from './parts.js';
import { ping } from './ping.js';
import { ownProfile } from './profiles/own-profile.js';
import { personalNodes } from './profiles/personal-nodes.js';
import { vcard4Cards } from './profiles/vcard4.js';
import { vcardTemp } from './profiles/vcard-temp.js';
import { receipts } from './receipts.js';
import { registration } from './registration.js';
import { roomAvatar } from './room-avatar.js';
import { roster } from './roster.js';
import { status } from './status.js';
import { stay } from './stay.js';
import { userCommands } from './user-commands.js';
import { softwareVersion } from './version.js';

/** The table of all that the gateway can do. Of messages and presence the first route that fits has the stanza. */
export function createFeatures(parts: FeatureParts): readonly Feature[] {
  const directory = new ChannelDirectory(parts.context, parts.sessions, parts.services);
  const features: readonly Feature[] = [
    goneClients(parts),
    mucInvite(parts),
    mucDecline(parts),
    mucVoiceRequest(),
    mucSubject(),
    mucMessage(),
    receipts(parts),
    mucPrivateMessage(parts),
    directMessage(parts),
    mucNick(parts),
    mucJoin(parts),
    roster(parts),
    contacts(parts),
    blocking(parts),
    mucAdmin(parts),
    mucOwner(parts),
    mucRegister(parts),
    roomAvatar(parts),
    files(parts),
    ...(parts.context.config.history.days > 0 ? [archive(parts)] : []),
    moderation(parts),
    endToEnd(),
    alwaysOn(parts),
    stay(parts),
    keyTrust(parts),
    userCommands(parts),
    adminCommands(parts),
    registration(parts),
    status(parts),
    disco(parts, directory, () => features),
    entityCapabilities(parts, () => features),
    channelSearch(parts, directory),
    ping(parts),
    hopCheck(parts),
    softwareVersion(parts),
    entityTime(parts),
    lastActivity(parts),
    vcardTemp(parts),
    vcard4Cards(parts),
    personalNodes(parts),
    ownProfile(parts),
    gatewayPrompt(parts),
    adHocCommands(() => commandsOf(features)),
    commandWords(parts, () => commandsOf(features)),
  ];
  return features;
}

const commandsOf = (features: readonly Feature[]): readonly Command[] =>
  features.flatMap(({ commands = [] }) => commands);
