import type { registration as english } from '../en/registration.js';

export const registration: typeof english = {
  title: 'Am Gateway registrieren',
  instructions:
    'Um einen Raum zu betreten oder jemandem zu schreiben, braucht es keine Registrierung. Wer registriert ist, wird mit SILC verbunden, sobald ein Client angemeldet ist.',
  nick: 'Spitzname auf SILC',
  passphrase: 'Passphrase für den SILC-Server',
  network: 'Netz, mit dem verbunden wird',
  all: 'alle Netze',
  badNick: (nickname) => `SILC kann den Spitznamen „${nickname}“ nicht tragen.`,
  noNick: 'Ein Spitzname wird gebraucht.',
  noNetwork: (network) => `Ein Netz „${network}“ gibt es hier nicht.`,
  done: (nickname) =>
    `Sie sind als ${nickname} registriert: Sie sind mit SILC verbunden, solange ein Client von Ihnen angemeldet ist.`,
  removed:
    'Sie sind nicht mehr registriert: Spitzname, Passphrase und Einstellungen sind gelöscht. Ihr SILC-Schlüssel und was Sie von den Schlüsseln anderer wissen, bleiben: Der Befehl „unregister“ löscht auch das.',
  failed: (network, why) => `Sie konnten nicht mit ${network} verbunden werden: ${why}`,

  registerDetails:
    'Bewahrt einen Spitznamen auf, und eine Passphrase für Server, die eine wollen. Sie werden verbunden, wenn Ihr erster Client sich anmeldet, und getrennt, wenn der letzte geht, falls die Einstellung „stay-connected“ nichts anderes sagt.',
  unregisterTitle: 'Alles löschen, was das Gateway von mir aufbewahrt',
  unregisterDetails:
    'Ihre Sitzungen enden. Gelöscht werden: Ihr SILC-Schlüsselpaar, an dem andere Sie kennen und an dem Rechte hängen; die Registrierung, Einstellungen, bekannte und geprüfte Schlüssel von Kontakten. Kanäle, die Sie gegründet haben, behalten ihre Gründerschlüssel, und Zeilen, die Sie gesagt haben, bleiben bei denen, die sie gehört haben. Das lässt sich nicht rückgängig machen; geben Sie vorher Ihren Schlüssel aus.',
  unregisterSure: 'All das löschen',
  forgotten: 'Alles ist gelöscht. Wenn Sie das nächste Mal einen Raum betreten, sind Sie jemand Neues.',
};
