/** @typedef {{ jid: string, password: string, room: string, nickname: string }} Jabber */

const response = await fetch('settings.json');
const { jabber } = /** @type {{ jabber: Jabber }} */ (await response.json());
const websocket = new URL('xmpp-websocket', location.href);
websocket.protocol = 'ws:';

/** @type {Window & { converse?: { initialize(settings: object): Promise<void> } }} */
const page = window;
await page.converse?.initialize({
  jid: jabber.jid,
  password: jabber.password,
  authentication: 'login',
  auto_login: true,
  // Passwords live as long as the demonstration: nothing of an earlier one is taken up.
  keepalive: false,
  persistent_store: 'sessionStorage',
  websocket_url: websocket.href,
  discover_connection_methods: false,
  auto_join_rooms: [{ jid: jabber.room, nick: jabber.nickname, minimized: false }],
  allow_non_roster_messaging: true,
  assets_path: new URL('converse/', location.href).pathname,
  blacklisted_plugins: ['converse-omemo'],
  i18n: 'en',
  loglevel: 'warn',
  muc_show_join_leave: true,
  play_sounds: false,
  show_desktop_notifications: false,
  view_mode: 'fullscreen',
});
