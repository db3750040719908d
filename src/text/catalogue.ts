import { addresses as addressesDe } from './de/addresses.js';
import { admin as adminDe } from './de/admin.js';
import { asking as askingDe } from './de/asking.js';
import { commands as commandsDe } from './de/commands.js';
import { contacts as contactsDe } from './de/contacts.js';
import { errors as errorsDe } from './de/errors.js';
import { fileOffers as fileOffersDe } from './de/file-offers.js';
import { files as filesDe } from './de/files.js';
import { forms as formsDe } from './de/forms.js';
import { history as historyDe } from './de/history.js';
import { hops as hopsDe } from './de/hops.js';
import { people as peopleDe } from './de/people.js';
import { profiles as profilesDe } from './de/profiles.js';
import { quotas as quotasDe } from './de/quotas.js';
import { registration as registrationDe } from './de/registration.js';
import { rooms as roomsDe } from './de/rooms.js';
import {
  settings as settingsDe,
  settingDetails as settingDetailsDe,
  settingOptions as settingOptionsDe,
} from './de/settings.js';
import { status as statusDe } from './de/status.js';
import { trust as trustDe } from './de/trust.js';
import { userCommands as userCommandsDe } from './de/user-commands.js';
import { addresses } from './en/addresses.js';
import { admin } from './en/admin.js';
import { asking } from './en/asking.js';
import { commands } from './en/commands.js';
import { contacts } from './en/contacts.js';
import { errors } from './en/errors.js';
import { fileOffers } from './en/file-offers.js';
import { files } from './en/files.js';
import { forms } from './en/forms.js';
import { history } from './en/history.js';
import { hops } from './en/hops.js';
import { people } from './en/people.js';
import { profiles } from './en/profiles.js';
import { quotas } from './en/quotas.js';
import { registration } from './en/registration.js';
import { rooms } from './en/rooms.js';
import { settings, settingDetails, settingOptions } from './en/settings.js';
import { status } from './en/status.js';
import { trust } from './en/trust.js';
import { userCommands } from './en/user-commands.js';

/** Languages of the gateway's texts, as `xml:lang` names them (RFC 5646). */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** All texts that users read, by area. English decides what there is: a language in which one is missing does not compile. */
export interface Words {
  readonly addresses: typeof addresses;
  readonly admin: typeof admin;
  readonly asking: typeof asking;
  readonly commands: typeof commands;
  readonly contacts: typeof contacts;
  readonly errors: typeof errors;
  readonly fileOffers: typeof fileOffers;
  readonly files: typeof files;
  readonly forms: typeof forms;
  readonly history: typeof history;
  readonly hops: typeof hops;
  readonly people: typeof people;
  readonly profiles: typeof profiles;
  readonly quotas: typeof quotas;
  readonly registration: typeof registration;
  readonly rooms: typeof rooms;
  readonly settingDetails: typeof settingDetails;
  readonly settingOptions: typeof settingOptions;
  readonly settings: typeof settings;
  readonly status: typeof status;
  readonly trust: typeof trust;
  readonly userCommands: typeof userCommands;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    addresses,
    admin,
    asking,
    commands,
    contacts,
    errors,
    fileOffers,
    files,
    forms,
    history,
    hops,
    people,
    profiles,
    quotas,
    registration,
    rooms,
    settingDetails,
    settingOptions,
    settings,
    status,
    trust,
    userCommands,
  },
  de: {
    addresses: addressesDe,
    admin: adminDe,
    asking: askingDe,
    commands: commandsDe,
    contacts: contactsDe,
    errors: errorsDe,
    fileOffers: fileOffersDe,
    files: filesDe,
    forms: formsDe,
    history: historyDe,
    hops: hopsDe,
    people: peopleDe,
    profiles: profilesDe,
    quotas: quotasDe,
    registration: registrationDe,
    rooms: roomsDe,
    settingDetails: settingDetailsDe,
    settingOptions: settingOptionsDe,
    settings: settingsDe,
    status: statusDe,
    trust: trustDe,
    userCommands: userCommandsDe,
  },
};

/** The language of the catalogue for a tag: `de-AT` is `de` (lookup of RFC 4647, 3.4). Undefined for one that it does not have. */
export function languageOf(tag: string): Language | undefined {
  const [primary] = tag.toLowerCase().split('-', 1);
  return languages.find((language) => language === primary);
}
