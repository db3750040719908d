import type { commands as english } from '../en/commands.js';

export const commands: typeof english = {
  noSuchCommand: 'Diesen Befehl gibt es hier für Sie nicht.',
  badBegin: 'Ein Befehl beginnt mit „execute“.',
  noWayBack: 'Dies ist das erste Formular des Befehls.',
  formMissing: 'Das Formular dieses Befehls fehlt.',
  badAction: 'Diese Aktion gibt es nicht.',
  expired: 'Dieser Befehl läuft nicht, oder er läuft schon zu lange. Beginnen Sie ihn neu.',
  tooManyUnderWay: 'Zu viele Befehle sind begonnen.',
  tooMuchWritten: 'Sie schreiben dem Gateway zu viel.',
  unknownWord: (name, help) =>
    `Den Befehl „${name}“ gibt es nicht. Schreiben Sie „${help}“, um zu sehen, welche es gibt.`,
  needsForm: 'Dieser Befehl braucht ein Formular; nehmen Sie einen Client, der Formulare hat.',
  usage: (reason, words) => `${reason} Schreiben Sie: ${words}`.trim(),
  helpHead:
    'Dies ist ein Gateway zu SILC. Betreten Sie einen Raum, um auf einem Kanal zu sein, oder schreiben Sie einem SILC-Benutzer. Befehle:',
  helpItem: (name, title) => `${name} – ${title}`,
  helpTitle: 'diese Liste',

  notSubmitted: 'Das Formular ist nicht abgeschickt.',
  tooLong: (label) => `Der Wert von „${label}“ ist zu lang.`,
  missing: (label) => `„${label}“ fehlt.`,
  yesOrNo: (label) => `„${label}“ ist ja oder nein.`,
  noneOffered: (label) => `„${label}“ ist keiner der angebotenen Werte.`,
};
