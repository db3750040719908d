import type {
  settingDetails as englishDetails,
  settingOptions as englishOptions,
  settings as english,
} from '../en/settings.js';

export const settings: typeof english = {
  language: 'Sprache des Gateways',
  nick: 'Spitzname',
  'real-name': 'Voller Name auf SILC',
  'away-text': 'Antwort, solange niemand da ist',
  'stay-connected': 'Ohne Client verbunden bleiben',
  bookmarks: 'In Räumen mit Lesezeichen bleiben',
  sign: 'Unterschreiben, was ich schreibe',
  'private-keys': 'Schlüssel für private Nachrichten vereinbaren',
  'verified-only': 'Nur geprüften Kontakten schreiben',
  files: 'Wie Dateien zu SILC-Benutzern kommen',
  'share-profile': 'Mein Profil auf SILC zeigen',
  'share-location': 'Meinen Ort auf SILC zeigen',
  mentions: 'Erwähnungen für mich aufheben',
  autojoin: 'Beim Anmelden einladen',
};

export const settingOptions: typeof englishOptions = {
  'language-default': 'wie mein Client sagt',
  'language-en': 'Englisch',
  'language-de': 'Deutsch',
  'files-default': 'wie der Betreiber es gewählt hat',
  'files-link': 'nur der Link',
  'files-picture': 'der Link, und ein Bild selbst',
  'files-offer': 'der Link, und die Datei als Angebot',
};

export const settingDetails: typeof englishDetails = {
  language:
    'Die Sprache, in der das Gateway Ihnen schreibt: en oder de. Leer: die Ihr Client nennt, sonst die des Gateways.',
  nick: 'Der Spitzname, unter dem Sie auf SILC erscheinen, wo Sie nicht beim Betreten eines Raums einen anderen gewählt haben.',
  'real-name':
    'Was alle auf SILC als Ihren vollen Namen lesen. Leer: was der Betreiber gewählt hat. Gilt von der nächsten Verbindung an.',
  'away-text':
    'Was SILC-Benutzer zur Antwort bekommen, die Ihnen schreiben, während Sie keinen Client angemeldet haben. Leer: ein Text des Gateways.',
  'stay-connected':
    'Für am Gateway Registrierte: ob Sie mit SILC verbunden bleiben, wenn Ihr letzter Client sich abmeldet.',
  bookmarks:
    'Für am Gateway Registrierte: ob Sie in den Räumen bleiben, die nach Ihren Lesezeichen betreten werden, wie sie beim Anmelden sind, und ob „stay“ das Lesezeichen des Raums ändert. Ihr Jabber-Server muss das Gateway an Ihre Lesezeichen lassen.',
  sign: 'Ob mit Ihrem SILC-Schlüssel unterschrieben wird, was Sie schreiben, so dass nachweisbar ist, dass es von Ihnen kommt.',
  'private-keys':
    'Ob das Gateway mit denen, denen Sie schreiben, einen Schlüssel zu vereinbaren versucht, so dass SILC-Server die Nachrichten nicht lesen können. Gilt von der nächsten Verbindung an; die erste Nachricht an jemanden kann einige Sekunden länger brauchen.',
  'verified-only':
    'Ob private Nachrichten an SILC-Benutzer abgelehnt werden, deren Schlüssel Sie nicht geprüft haben.',
  files:
    'Was dem Link einer Datei folgt, die Sie schicken; den Link bekommen SILC-Benutzer immer. link: nichts. picture: das Bild selbst, bis 1 MiB, wo der Betreiber es zulässt. offer: in Unterhaltungen die Datei, angeboten, wie es SILC-Clients untereinander tun, wo der Betreiber es zulässt. Leer: was der Betreiber gewählt hat, nichts oder das Bild.',
  'share-profile':
    'Ob alle auf SILC lesen können, was Sie auf Jabber von sich sagen: Ihre ganze Visitenkarte mit Name, E-Mail, Telefon und Adressen, Bild, Stimmung, Statustext, Sprache, Zeitzone und Client. Es wird mit Ihrem SILC-Schlüssel unterschrieben. Aus: Nichts davon geht zu SILC.',
  'share-location': 'Ob alle auf SILC den Ort lesen können, den Sie auf Jabber veröffentlichen.',
  mentions:
    'Ob Zeilen mit Ihrem Spitznamen auf Ihre nächste Anmeldung warten, in Räumen, in denen Sie ohne Client bleiben.',
  autojoin: 'Für am Gateway Registrierte: ob Sie in diesen Raum eingeladen werden, wenn Sie sich anmelden.',
};
