/** Names of the settings for people. */
export const settings = {
  language: 'Language of the gateway',
  nick: 'Nickname',
  'real-name': 'Real name on SILC',
  'away-text': 'Answer while nobody is there',
  'stay-connected': 'Stay connected without a client',
  bookmarks: 'Stay in rooms that I bookmark',
  sign: 'Sign what I write',
  'private-keys': 'Negotiate keys for private messages',
  'verified-only': 'Write to verified contacts only',
  files: 'How files go to SILC users',
  'share-profile': 'Show my profile on SILC',
  'share-location': 'Show my location on SILC',
  mentions: 'Keep mentions for me',
  autojoin: 'Invite me at login',
};

/** What a choice among their values says in a form: the name of the setting and the value. */
export const settingOptions = {
  'language-default': 'as my client says',
  'language-en': 'English',
  'language-de': 'German',
  'files-default': 'as the operator has chosen',
  'files-link': 'the link alone',
  'files-picture': 'the link, and a picture itself',
  'files-offer': 'the link, and the file as an offer',
};

/** What they do, for help and documentation. */
export const settingDetails = {
  language:
    'The language in which the gateway writes to you: en or de. Empty: the one that your client says it is in, else that of the gateway.',
  nick: 'The nickname by which you appear on SILC where you have not chosen another one by joining a room.',
  'real-name':
    'What everybody on SILC can read as your real name. Empty: what the operator has chosen. It holds from the next connection on.',
  'away-text':
    'What SILC users are answered who write to you while you have no client online. Empty: a text of the gateway.',
  'stay-connected':
    'For who is registered with the gateway: whether you stay connected to SILC when your last client goes offline.',
  bookmarks:
    'For who is registered with the gateway: whether you stay in the rooms that your bookmarks say are to be joined, as they are when you come online, and whether “stay” changes the bookmark of the room. Your Jabber server has to let the gateway at your bookmarks.',
  sign: 'Whether what you write is signed with your SILC key, so that it can be proven to be from you.',
  'private-keys':
    'Whether the gateway tries to agree on a key with whom you write to, so that SILC servers cannot read the messages. It holds from the next connection on; the first message to somebody may take some seconds longer.',
  'verified-only': 'Whether private messages to SILC users whose key you have not verified are refused.',
  files:
    'What follows the link of a file that you send, which SILC users get in any case. link: nothing. picture: the picture itself, up to 1 MiB, where the operator lets it. offer: in conversations the file, offered as SILC clients do it among each other, where the operator lets it. Empty: what the operator has chosen, nothing or the picture.',
  'share-profile':
    'Whether everybody on SILC can read what you tell of yourself on Jabber: your whole card with name, e-mail, telephone and addresses, picture, mood, status text, language, time zone and client. It is signed with your SILC key. Off: nothing of it leaves for SILC.',
  'share-location': 'Whether everybody on SILC can read the location that you publish on Jabber.',
  mentions:
    'Whether lines with your nickname wait for your next login, in rooms where you stay without a client.',
  autojoin:
    'For who is registered with the gateway: whether you are invited into this room when you come online.',
};
