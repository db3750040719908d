import { away } from '../commands/user/away.js';
import { channelKeyClear } from '../commands/user/channel-key-clear.js';
import { channelKeySet } from '../commands/user/channel-key-set.js';
import { connect } from '../commands/user/connect.js';
import { disconnect } from '../commands/user/disconnect.js';
import { identity } from '../commands/user/identity.js';
import { identityExport } from '../commands/user/identity-export.js';
import { identityImport } from '../commands/user/identity-import.js';
import { identityNew } from '../commands/user/identity-new.js';
import { keyClear } from '../commands/user/key-clear.js';
import { keySet } from '../commands/user/key-set.js';
import { keys } from '../commands/user/keys.js';
import { networks } from '../commands/user/networks.js';
import { nick } from '../commands/user/nick.js';
import { settingsCommand } from '../commands/user/settings.js';
import type { Feature } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** What users do by themselves with their sessions, keys and settings. */
export const userCommands = (parts: FeatureParts): Feature => ({
  name: 'commands of users',
  specs: [
    {
      rfc: 6121,
      title: 'XMPP: Instant Messaging and Presence',
      part: '5: commands of users about sessions, keys and settings, in words',
    },
  ],
  commands: [
    connect,
    disconnect,
    networks,
    nick,
    away,
    identity,
    identityNew,
    identityImport,
    identityExport,
    keys,
    keySet,
    keyClear,
    channelKeySet,
    channelKeyClear,
    settingsCommand,
  ].map((command) => command(parts)),
});
