import { StanzaError } from '../../component/stanza.js';
import { Deeds } from './deeds.js';
import { isAbout } from './kept-affiliation.js';
import type { People, Person, Place } from './people.js';
import { text } from '../../text/text.js';

/** Lists of admins and owners as a form has them: whole, and not what is to change. */
export class AffiliationChanges {
  readonly #people: People;
  readonly #deeds: Deeds;

  constructor(people: People) {
    this.#people = people;
    this.#deeds = new Deeds(people);
  }

  /**
   * Gives an affiliation to whoever has come into the list, and takes it from who has gone.
   * @param before - addresses as the list has shown them
   * @throws StanzaError conflict where no owner would remain; as `Deeds`
   */
  async become(
    place: Place,
    affiliation: 'admin' | 'owner',
    before: readonly string[],
    wanted: readonly string[],
  ): Promise<void> {
    if (affiliation === 'owner' && wanted.length === 0) {
      throw new StanzaError(
        'cancel',
        'conflict',
        text(({ rooms }) => rooms.noOwnerLeft),
      );
    }
    const deed = { actor: place.room.self, reason: undefined };
    const find = (jid: string, wish: 'none' | typeof affiliation): Promise<Person> => {
      const item = { jid, nick: undefined, role: undefined, affiliation: wish, reason: undefined };
      return this.#people.find(place, item, wish);
    };
    const named: Person[] = [];
    for (const jid of wanted.filter((one) => !before.includes(one))) {
      const person = await find(jid, affiliation);
      named.push(person);
      await this.#deeds.setAffiliation(place, person, affiliation, deed);
    }
    for (const jid of before.filter((one) => !wanted.includes(one))) {
      const person = await find(jid, 'none');
      // Named by another address than the list has now, e.g. by that of an earlier form.
      if (named.some((one) => isAbout(one, person))) continue;
      const isOther = place.channel.affiliations.of(person)?.affiliation !== affiliation;
      // Whoever was moved from one list to the other by the same form.
      const isFounder = person.account !== undefined && person.account === place.channel.rights.founder;
      const isShownSo = person.occupants.some((occupant) => occupant.affiliation === affiliation);
      if (isOther && !isFounder && !isShownSo) continue;
      await this.#deeds.setAffiliation(place, person, 'none', deed);
    }
  }
}
